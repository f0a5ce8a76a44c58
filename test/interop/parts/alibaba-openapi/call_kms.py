"""Calls Alibaba Cloud KMS by its OpenAPI for whoever asks: call_kms.py SDK ENDPOINT REGION

SDK is "alibabacloud", which signs headers (ACS3-HMAC-SHA256); "alibabacloud-v2", which is the same
one and signs parameters (SignatureVersion 1.0); or "aliyun", the older one, which does so, too. The
credentials are in the environment.

Each line of standard input is a question, and each line of standard output the answer to the
next one:

{"ask": "operations"}                              {"operations"}: all that the SDK knows
{"ask": "call", "operation", "input", "access"}    {"output"}, or else {"error"}

"access" may be missing; else it is the credentials: id, secret and token.
"""

import importlib
import json
import os
import pkgutil
import re
import sys

import aliyunsdkkms.request.v20160120 as aliyun_requests
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

# The SDKs wait for ten seconds, in which a busy machine may not have made a key for RSA.
PATIENCE_S = 60

ENVIRONMENT = "ALIBABA_CLOUD_"
NAMES = ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")


def snake_case(operation):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


class Alibabacloud:
    """alibabacloud-kms20160120, the SDK that Alibaba Cloud recommends."""

    failures = (AlibabaCloudException, UnretryableException)

    def __init__(self, endpoint, region, signature):
        self.options = {"endpoint": endpoint, "region_id": region, "protocol": "http"}
        if signature:
            self.options["signature_algorithm"] = signature

    def operations(self):
        requests = [name for name in dir(models) if name.endswith("Request")]
        names = [name.removesuffix("Request") for name in requests]
        return [name for name in names if hasattr(Client, snake_case(name))]

    def call(self, operation, input, access):
        names = ("access_key_id", "access_key_secret", "security_token")
        client = Client(Config(**self.options, **dict(zip(names, access))))
        request = getattr(models, f"{operation}Request")().from_map(input)
        method = getattr(client, f"{snake_case(operation)}_with_options")
        patient = RuntimeOptions(read_timeout=PATIENCE_S * 1000, connect_timeout=PATIENCE_S * 1000)
        return method(request, patient).body.to_map()

    def error(self, error):
        status = getattr(error, "status_code", None)
        return {"code": error.code, "message": error.message, "status": status}


class Aliyun:
    """aliyun-python-sdk-kms, which came before and is still installed much."""

    failures = (ServerException, ClientException)

    def __init__(self, endpoint, region):
        self.endpoint = endpoint
        self.region = region

    def operations(self):
        modules = [module.name for module in pkgutil.iter_modules(aliyun_requests.__path__)]
        return [name.removesuffix("Request") for name in modules]

    def call(self, operation, input, access):
        credential = StsTokenCredential if len(access) > 2 else AccessKeyCredential
        patient = {"timeout": PATIENCE_S, "connect_timeout": PATIENCE_S}
        client = AcsClient(region_id=self.region, credential=credential(*access), **patient)
        name = f"{operation}Request"
        module = importlib.import_module(f"{aliyun_requests.__name__}.{name}")
        request = getattr(module, name)()
        request.set_endpoint(self.endpoint)
        request.set_protocol_type("http")
        for parameter, value in input.items():
            getattr(request, f"set_{parameter}")(value)
        return json.loads(client.do_action_with_exception(request))

    def error(self, error):
        status = error.get_http_status() if isinstance(error, ServerException) else None
        code, message = error.get_error_code(), error.get_error_msg()
        return {"code": code, "message": message, "status": status}


def sdk_of(name, endpoint, region):
    if name == "aliyun":
        return Aliyun(endpoint, region)
    return Alibabacloud(endpoint, region, {"alibabacloud": None, "alibabacloud-v2": "v2"}[name])


def usual_access():
    values = [os.environ.get(ENVIRONMENT + name) for name in NAMES]
    return [value for value in values if value is not None]


def answer(sdk, ask, operation=None, input=None, access=None):
    if ask == "operations":
        return {"operations": sdk.operations()}
    try:
        return {"output": sdk.call(operation, input, access or usual_access())}
    except sdk.failures as error:
        return {"error": {"class": type(error).__name__, **sdk.error(error)}}


def main():
    sdk = sdk_of(*sys.argv[1:])
    for line in sys.stdin:
        print(json.dumps(answer(sdk, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
