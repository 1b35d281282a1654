"""Engines in processes of their own: started, spoken to, watched and replaced.

`supervisor` (this side) starts `worker` (that side) and keeps one running; `remote` is the `Engine`
that callers see; `codec` turns requests and events to bytes and back. They speak gRPC over a Unix
socket: streams, cancellation, flow control and word of a death come with it. Measured against
ZeroMQ in `bench/relay.py`.
"""
