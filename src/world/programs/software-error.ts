// How software in a container says that it cannot go on: the message goes to its error stream and it ends with 1.

export class SoftwareError extends Error {
  override readonly name = 'SoftwareError';
}
