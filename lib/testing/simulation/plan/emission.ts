/** What a pipeline emits. Of `anything`, what was sent is known only once it arrives. */
export type Emission = 'watermark' | 'values' | 'anything';
