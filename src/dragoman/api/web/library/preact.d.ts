import type { ComponentChildren, VNode } from "preact";

export { Component, render } from "preact";
export { useEffect, useMemo, useRef, useState } from "preact/hooks";
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
export type { ComponentChildren, VNode };
