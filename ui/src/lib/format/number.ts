/** Counts and money in the chosen language. Every function asks for the language when called, so texts follow a change. */
import { formattingLocale } from '$lib/settings/language.svelte';

const cache = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
	const id = `${locale} ${key}`;
	let known = cache.get(id);
	if (!known) {
		known = new Intl.NumberFormat(locale, options);
		cache.set(id, known);
	}
	return known;
}

/** `29,800`, `29 800`, `29.800`. */
export function formatCount(count: number): string {
	return formatter(formattingLocale(), 'count', { maximumFractionDigits: 0 }).format(count);
}

/** `62 %`, of a share between 0 and 1, rounded down so that 100 % means all. */
export function formatShare(share: number): string {
	const floored = Math.floor(Math.min(1, Math.max(0, share)) * 100) / 100;
	return formatter(formattingLocale(), 'share', { style: 'percent', maximumFractionDigits: 0 }).format(floored);
}

const SIZES = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `47.5 MB`, of a size in kibibytes, in units of a thousand as file managers show it. */
export function formatSize(kibibytes: number): string {
	let [size, unit] = [(kibibytes * 1024) / 1000, 0];
	while (size >= 1000 && unit < SIZES.length - 1) [size, unit] = [size / 1000, unit + 1];
	const name = SIZES[unit] ?? 'kilobyte';
	const options = { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: size < 100 && unit > 0 ? 1 : 0 } as const;
	return formatter(formattingLocale(), `${name} ${options.maximumFractionDigits}`, options).format(size);
}

export type Amount = {
	/** Decimal text in major units: `1204.50`. */
	amount: string;
	/** ISO 4217 code, or a provider's own such as `USDT`. */
	currency: string;
};

/** Currencies whose short sign means no other currency. The dollar's and the krona's would, so they keep the long form. */
const UNMISTAKABLE = new Set(['EUR', 'GBP', 'RUB', 'KZT', 'UAH', 'BRL', 'INR', 'ILS', 'KRW', 'VND', 'TRY', 'PLN', 'GEL']);

/** Amounts that were written lately: the same rows come back with every typed letter. */
const written = new Map<string, string>();
const MOST_WRITTEN = 500;

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/**
 * An amount with its currency, exact to the last digit: the whole part goes through BigInt and the fraction is kept as
 * text, so no amount passes through a float. Fewer digits than the currency has are filled up, more are kept. Text that
 * is no decimal is shown as it came.
 */
export function formatMoney(amount: Amount): string {
	const id = `${formattingLocale()} ${amount.currency} ${amount.amount}`;
	let text = written.get(id);
	if (text === undefined) {
		if (written.size >= MOST_WRITTEN) written.clear();
		text = writeMoney(amount);
		written.set(id, text);
	}
	return text;
}

function writeMoney({ amount, currency }: Amount): string {
	const match = DECIMAL.exec(amount.trim());
	if (!match) return `${amount} ${currency}`.trim();
	const [, sign = '', whole = '0', fraction = ''] = match;
	const locale = formattingLocale();
	const money = currencyFormatter(locale, currency);
	const usual = money?.resolvedOptions().maximumFractionDigits ?? 2;
	const kept = fraction.replace(/0+$/, '');
	const digits = kept.padEnd(usual, '0');
	const negative = sign === '-' && /[1-9]/.test(whole + fraction);

	const number = money ?? formatter(locale, 'plain', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
	// A whole number of the right sign gives the parts and their order; its own fraction is replaced. A negative amount
	// under one has no BigInt of its own (there is no -0n), so -1 lends it the sign.
	const magnitude = BigInt(whole);
	const lent = negative && magnitude === 0n;
	const parts = number.formatToParts(lent ? -1n : negative ? -magnitude : magnitude);
	let text = '';
	let shown = false;
	for (const part of parts) {
		if (part.type === 'integer' && lent) {
			text += formatter(locale, 'count', { maximumFractionDigits: 0 }).format(0);
		} else if (part.type === 'decimal') {
			if (digits) text += part.value;
			shown = true;
		} else if (part.type === 'fraction') {
			text += digits;
		} else {
			text += part.value;
		}
	}
	if (!shown && digits) text = insertFraction(text, parts, digits, locale);
	return money ? text : `${text} ${currency}`.trim();
}

/** For a currency without minor units that was given some all the same. */
function insertFraction(text: string, parts: Intl.NumberFormatPart[], digits: string, locale: string): string {
	const decimal =
		formatter(locale, 'plain', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
			.formatToParts(1.5)
			.find((part) => part.type === 'decimal')?.value ?? '.';
	const last = parts.findLast((part) => part.type === 'integer')?.value ?? '';
	const at = text.lastIndexOf(last) + last.length;
	return `${text.slice(0, at)}${decimal}${digits}${text.slice(at)}`;
}

function currencyFormatter(locale: string, currency: string): Intl.NumberFormat | null {
	if (!/^[A-Za-z]{3}$/.test(currency)) return null;
	const code = currency.toUpperCase();
	return formatter(locale, `money ${code}`, {
		style: 'currency',
		currency: code,
		currencyDisplay: UNMISTAKABLE.has(code) ? 'narrowSymbol' : 'symbol',
	});
}
