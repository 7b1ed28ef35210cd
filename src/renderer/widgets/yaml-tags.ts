// The syntax tags that the YAML view colours.
export { tags } from '@lezer/highlight';
