import { describe, expect, it } from 'vitest';
import { connectionName } from './name';

const named = (baseUrl: string, label = '') => connectionName({ provider: 'loveandpay', environment: 'custom', baseUrl, label }, []);

describe('connectionName', () => {
	it('prefers the name that the officer gave', () => {
		expect(named('https://api.example.com/v2', ' Main shop ')).toBe('Main shop');
	});

	it('names the host of a typed address', () => {
		expect(named('https://gateway.example.com:8443/api/v2')).toBe('loveandpay · gateway.example.com:8443');
	});

	it.each(['http://127.0.0.1:7001/api/v2', 'http://localhost:7001', 'http://[::1]:7001/x'])('says that %s is on this computer', (url) => {
		expect(named(url)).toBe('loveandpay · local sandbox');
	});

	it('does not stumble over what is no address', () => {
		expect(named('nonsense')).toBe('loveandpay · own address');
	});
});
