"""Says which signatures are valid, according to the library cryptography.

Each line of standard input is a question, {"id", "scheme", "hash", "key", "context", "publicKey",
"message", "signature"}, the last three in base64 and the key as SubjectPublicKeyInfo. Each line of
standard output is its answer, {"id", "verdict"}: valid, refused, or unsupported, which says why.
"""

import base64
import inspect
import json
import sys

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa

HASHES = {"SHA-256": hashes.SHA256(), "SHA-384": hashes.SHA384(), "SHA-512": hashes.SHA512()}
CURVES = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
}
ML_DSA = {
    "ML-DSA-44": mldsa.MLDSA44PublicKey,
    "ML-DSA-65": mldsa.MLDSA65PublicKey,
    "ML-DSA-87": mldsa.MLDSA87PublicKey,
}


def verify_pkcs1(key, question, message, signature):
    key.verify(signature, message, padding.PKCS1v15(), HASHES[question["hash"]])


def verify_pss(key, question, message, signature):
    digest = HASHES[question["hash"]]
    options = padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.DIGEST_LENGTH)
    key.verify(signature, message, options, digest)


def verify_ecdsa(key, question, message, signature):
    key.verify(signature, message, ec.ECDSA(HASHES[question["hash"]]))


def verify_ed25519(key, _question, message, signature):
    key.verify(signature, message)


def verify_ml_dsa(key, question, message, signature):
    key.verify(signature, message, question.get("context", "").encode())


VERIFIERS = {
    "RSASSA-PKCS1-v1_5": verify_pkcs1,
    "RSASSA-PSS": verify_pss,
    "ECDSA": verify_ecdsa,
    "Ed25519": verify_ed25519,
    "ML-DSA": verify_ml_dsa,
}


def is_of_kind(key, kind):
    """Whether a key is what the question says: an algorithm has one curve or parameter set."""
    if kind in CURVES:
        return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES[kind])
    kinds = {"RSA": rsa.RSAPublicKey, "Ed25519": ed25519.Ed25519PublicKey, **ML_DSA}
    return kind in kinds and isinstance(key, kinds[kind])


def unsupported(reason):
    return {"verdict": "unsupported", "reason": str(reason)}


def answer(question):
    def bytes_of(name):
        return base64.b64decode(question[name], validate=True)

    message, signature = bytes_of("message"), bytes_of("signature")
    try:
        key = serialization.load_der_public_key(bytes_of("publicKey"))
    except (UnsupportedAlgorithm, ValueError) as error:
        return unsupported(error)
    if question["scheme"] == "Ed25519ph":
        # What it has of Ed25519 is one method: it would need another, or further arguments.
        return unsupported(f"verify{inspect.signature(key.verify)} is all of a key for Ed25519")
    verify = VERIFIERS.get(question["scheme"])
    if not verify or not is_of_kind(key, question["key"]):
        return unsupported(f"no scheme {question['scheme']} with a key for {question['key']}")
    try:
        verify(key, question, message, signature)
        return {"verdict": "valid"}
    except InvalidSignature:
        return {"verdict": "refused"}


def main():
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps({"id": question["id"], **answer(question)}), flush=True)


if __name__ == "__main__":
    main()
