// Refusals of the runtime as they look after they came over gRPC, and without that.

/** With the words that gRPC puts before it. */
export function rpcError(message: string): string {
  if (message.startsWith('rpc error:')) return message;
  return `rpc error: code = ${message.endsWith('not found') ? 'NotFound' : 'Unknown'} desc = ${message}`;
}

/** The runtime's own words alone. */
export function rpcMessage(message: string): string {
  return message.replace(/^rpc error: code = \w+ desc = /, '');
}
