/** The microphone, as a file. */

/** What browsers can write, the best first. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export class Recorder {
  /** @param {MediaStream} stream */
  constructor(stream) {
    this.stream = stream;
    /** @type {Blob[]} */
    this.pieces = [];
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.recorder.ondataavailable = (event) => this.pieces.push(event.data);
    this.recorder.start(1000);
  }

  /** Whether this page may record at all: browsers allow it on https and on localhost only. */
  static get isAllowed() {
    return Boolean(
      globalThis.isSecureContext && navigator.mediaDevices && globalThis.MediaRecorder,
    );
  }

  /** @returns {Promise<Recorder>} @throws {DOMException} The reader did not allow it. */
  static async start() {
    return new Recorder(await navigator.mediaDevices.getUserMedia({ audio: true }));
  }

  /** @returns {Promise<File>} What was recorded. */
  async stop() {
    const ended = new Promise((resolve) => {
      this.recorder.onstop = resolve;
    });
    this.recorder.stop();
    await ended;
    for (const track of this.stream.getTracks()) track.stop();
    const type = this.recorder.mimeType;
    const ending = type.includes("webm") ? "webm" : type.includes("ogg") ? "ogg" : "m4a";
    return new File(this.pieces, `recording.${ending}`, { type });
  }
}
