// Runs in the page: notes the time between frames until it is asked for them.
const recorded = { intervals: [], waiting: 0 };
const grid = document.querySelector('[role=grid]');
let before = null;
let going = true;
const frame = (now) => {
	if (!going) return;
	if (before !== null) recorded.intervals.push(now - before);
	before = now;
	if (grid !== null && grid.querySelector('[role=row][aria-busy]') !== null) recorded.waiting += 1;
	requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
window.recordedFrames = () => {
	going = false;
	return recorded;
};
return true;
