/** The table of the sink's that acknowledges nothing before everything is there. */
export const WITHHOLDING_TABLE = 'main.bench.withheld';
