"""Files in a bucket of an S3-compatible service. boto3 is imported when the first file is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, cast

from config import ConfigurationError
from kernel.files.storage import StorageAway

if TYPE_CHECKING:
    from config import Settings

_PARAMETERS = {
    "Content-Type": "ResponseContentType",
    "Content-Disposition": "ResponseContentDisposition",
    "Cache-Control": "ResponseCacheControl",
}
_IN_MEMORY = 1_048_576


class S3Storage:
    """The bucket stays private: readers get links that the service itself signs and serves."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError without a bucket, or without boto3."""
        if not settings.s3_bucket:
            raise ConfigurationError("ASOUD_S3_BUCKET: storage in S3 needs the name of a bucket; set it.")
        if find_spec("boto3") is None:
            raise ConfigurationError(
                "ASOUD_STORAGE: s3 needs boto3, which isn't installed. Run: pip install 'asoud[s3]'"
            )
        self._settings = settings
        self.bucket = settings.s3_bucket

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        settings = self._settings
        return boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint or None,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key or None,
            aws_secret_access_key=settings.s3_secret_key or None,
            config=Config(
                signature_version="s3v4",
                connect_timeout=2,
                read_timeout=15,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
            ),
        )

    def write(self, key: str, stream: IO[bytes], content_type: str) -> None:
        """Put the object; the service shows it only when it is whole."""
        stream.seek(0)
        with _trouble():
            self._client.put_object(Bucket=self.bucket, Key=key, Body=stream, ContentType=content_type)

    def open(self, key: str) -> IO[bytes]:
        """A copy of the object, in memory or, when large, in a temporary file. Raises FileNotFoundError."""
        copy = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the caller closes it
        try:
            with _trouble():
                self._client.download_fileobj(self.bucket, key, copy)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return copy

    def delete(self, key: str) -> None:
        """Remove the object; S3 doesn't mind when there is none."""
        with _trouble():
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def link(self, key: str, headers: Mapping[str, str], seconds: int) -> str | None:
        """An address signed by the service; of ``headers`` it takes type, disposition and cache control."""
        wanted = {_PARAMETERS[name]: value for name, value in headers.items() if name in _PARAMETERS}
        with _trouble():
            address: str = self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self.bucket, "Key": key, **wanted}, ExpiresIn=seconds
            )
        return address


@contextmanager
def _trouble() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey"):
            raise FileNotFoundError from error
        raise StorageAway from error
    except BotoCoreError as error:
        raise StorageAway from error
