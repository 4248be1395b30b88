/** The table that most specs of the service write into. */
export const READINGS = 'main.iot.readings';

/** Its declaration: a nullable string, an integer that is NOT NULL, a nullable timestamp. */
export const READINGS_DDL: string = `CREATE TABLE ${READINGS} (device STRING, temp INT NOT NULL, at TIMESTAMP)`;
