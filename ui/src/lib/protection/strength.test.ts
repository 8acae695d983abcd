import { describe, expect, it } from 'vitest';
import { bitsOf, SHORTEST, strengthOf } from './strength';

describe('a passphrase', () => {
	it.each([
		['', 'empty'],
		['   ', 'empty'],
		['Tr0ub4dor', 'short'],
		['aaaaaaaaaaaaaaaaaaaa', 'weak'],
		['abababababababab', 'weak'],
		['12345678901234', 'weak'],
		['abcdefghijklmnop', 'weak'],
		['Kite-7rowing', 'fair'],
		['kettle orbit walnut', 'strong'],
		['чайник орбита орех', 'strong'],
	])('"%s" is %s', (passphrase, strength) => {
		expect(strengthOf(passphrase)).toBe(strength);
	});

	it('is never more than fair while it is short, whatever it is made of', () => {
		expect(strengthOf('x9$Kq!7zP#2w')).toBe('fair');
	});

	it('counts characters as people do', () => {
		expect(strengthOf('😀'.repeat(SHORTEST - 1))).toBe('short');
	});

	it('gains nothing by repeating', () => {
		expect(bitsOf('kite'.repeat(10))).toBeLessThan(bitsOf('kettle orbit walnut paper'));
	});
});
