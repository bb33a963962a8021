export { type Clock, createSystemClock } from '../rest/clock.ts';
