/** The table of most specs of the service. */
export const READINGS = 'main.iot.readings';

/** Its declaration: a nullable string, a NOT NULL integer, and a nullable timestamp. */
export const READINGS_DDL: string = `CREATE TABLE ${READINGS} (device STRING, temp INT NOT NULL, at TIMESTAMP)`;
