/** How numbers, money and times are written. */
export { now } from './clock.svelte';
export { isoDay, readDay } from './day';
export { type Amount, formatCount, formatMoney, formatShare, formatSize } from './number';
export {
	formatClock,
	formatDate,
	formatDays,
	formatDuration,
	formatExact,
	formatRelative,
	formatSeen,
	type Instant,
	isAhead,
} from './time';
