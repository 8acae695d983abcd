"""Makes known.sealed from the description of the format, with none of the product's code: libsodium and argon2's own program.

    python3 known_sealed.py > known.sealed

Its passphrase is "passphrase", its recovery code's symbols are 27 zeros and their check, which is zero too.
"""

import ctypes
import hashlib
import struct
import subprocess
import sys

sodium = ctypes.CDLL("libsodium.so.23")
XCHACHA = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt


def encrypt(key, nonce, authenticated, content):
    out = ctypes.create_string_buffer(len(content) + 16)
    length = ctypes.c_ulonglong()
    failed = XCHACHA(
        out, ctypes.byref(length), content, ctypes.c_ulonglong(len(content)), authenticated,
        ctypes.c_ulonglong(len(authenticated)), None, nonce, key,
    )
    assert failed == 0 and length.value == len(content) + 16
    return out.raw


def argon2id(secret, salt, memory, passes, lanes):
    arguments = ["argon2", salt, "-id", "-v", "13", "-t", str(passes), "-k", str(memory), "-p", str(lanes), "-l", "32", "-r"]
    return bytes.fromhex(subprocess.run(arguments, input=secret, capture_output=True, check=True).stdout.decode())


def slot(preamble, opener, secret, memory, passes, lanes, salt, data_key):
    head = struct.pack("<BIII", opener, memory, passes, lanes) + salt
    nonce = bytes([0x40 + opener]) * 24
    key = argon2id(secret, salt, memory, passes, lanes)
    return head + nonce + encrypt(key, nonce, preamble + head, data_key)


data_key = bytes(range(32))
preamble = b"\x93VOUCH\r\n" + struct.pack("<HB", 1, 1)
file = preamble + struct.pack("<B", 2)
file += slot(preamble, 1, b"passphrase", 64, 2, 2, b"salt of the pass", data_key)
file += slot(preamble, 2, b"0" * 28, 32, 1, 4, b"salt of the code", data_key)
nonce = b"\x50" * 24
file += nonce
file += encrypt(data_key, nonce, file, b"the content of a known file")
sys.stdout.buffer.write(file + hashlib.sha256(file).digest())
