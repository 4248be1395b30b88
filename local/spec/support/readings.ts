/** The table that most specs of the service write into. */
export const readings = 'main.iot.readings';

/** Its declaration: a nullable string, an integer that is NOT NULL, a nullable timestamp. */
export const readingsDdl: string = `CREATE TABLE ${readings} (device STRING, temp INT NOT NULL, at TIMESTAMP)`;
