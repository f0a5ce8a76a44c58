"""Verifies what was signed, with the keys of a key set that is served: verify_tokens.py JWKS_URL ISSUER AUDIENCE

Each line of standard input is a question, {"id", "alg", "kind": "jwt" | "jws", "token"}, and each line of standard output
an answer: {"id", "claims"} or {"id", "payload"} (base64), or else {"id", "error"}.
"""

import base64
import json
import sys
import urllib.request

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa
from jwt.algorithms import Algorithm, OKPAlgorithm
from jwt.api_jws import PyJWS

ML_DSA = {
    "ML-DSA-44": mldsa.MLDSA44PublicKey,
    "ML-DSA-65": mldsa.MLDSA65PublicKey,
    "ML-DSA-87": mldsa.MLDSA87PublicKey,
}


class MlDsaAlgorithm(Algorithm):
    """ML-DSA (RFC 9964), which PyJWT 2.15 does not have, by the library that PyJWT uses."""

    def prepare_key(self, key):
        return key

    def verify(self, msg, key, sig):
        try:
            key.verify(sig, msg)
            return True
        except InvalidSignature:
            return False

    def sign(self, msg, key):
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj, as_dict=False):
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk):
        public_key = ML_DSA[jwk["alg"]]
        encoded = jwk["pub"]
        return public_key.from_public_bytes(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


class Verifier:
    """A program that takes tokens: PyJWT, told what it does not know by itself."""

    def __init__(self, url, issuer, audience):
        self.client = jwt.PyJWKClient(url)
        self.expected = {"issuer": issuer, "audience": audience, "options": {"require": ["exp", "iss", "aud"]}}
        self.jws = PyJWS()
        # The name of RFC 9864. PyJWT 2.15 knows the older EdDSA alone.
        for register in (jwt.register_algorithm, self.jws.register_algorithm):
            register("Ed25519", OKPAlgorithm())
            for name in ML_DSA:
                register(name, MlDsaAlgorithm())
        # PyJWKClient passes over the keys of kinds that PyJWT does not know.
        with urllib.request.urlopen(url, timeout=30) as response:
            keys = json.load(response)["keys"]
        self.ml_dsa = {key["kid"]: MlDsaAlgorithm.from_jwk(key) for key in keys if key["kty"] == "AKP"}

    def key_of(self, token, alg):
        kid = jwt.get_unverified_header(token)["kid"]
        if kid in self.ml_dsa:
            return self.ml_dsa[kid]
        found = self.client.get_signing_key(kid)
        # A PyJWK insists on its own name of the algorithm, which for Ed25519 is EdDSA.
        return found.key if alg == "Ed25519" else found

    def answer(self, question):
        token, alg = question["token"], question["alg"]
        key = self.key_of(token, alg)
        if question["kind"] == "jwt":
            return {"claims": jwt.decode(token, key, algorithms=[alg], **self.expected)}
        payload = self.jws.decode(token, key, algorithms=[alg])
        return {"payload": base64.b64encode(payload).decode()}


def main():
    verifier = Verifier(*sys.argv[1:])
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = verifier.answer(question)
        except jwt.PyJWTError as error:
            answer = {"error": type(error).__name__}
        print(json.dumps({"id": question["id"], **answer}), flush=True)


if __name__ == "__main__":
    main()
