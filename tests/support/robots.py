"""Robots of group chats on loopback: each checks signature, form, size in bytes and rate as the real one does."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

Now = Callable[[], datetime]
Reply = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class LocalRobot:
    """A server that takes a JSON POST; what it took stands in `taken`, in order."""

    now: Now
    secret: str | None = None
    token: str = "token-0123456789"
    taken: list[dict[str, Any]] = field(default_factory=list)
    echo: bool = False
    """Whether it refuses everything, and repeats in its answer what it was sent."""
    requests: int = 0
    port: int = 0
    _sent: list[datetime] = field(default_factory=list)
    _server: asyncio.Server | None = None

    PATH: ClassVar[str] = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, token: str | None = None) -> str:
        """Its address, with its token or another one."""
        return f"http://127.0.0.1:{self.port}{self.PATH}{token or self.token}"

    def reply(self, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """Judge a request; each kind of robot has its own."""
        raise NotImplementedError

    def in_window(self, most: int, within: timedelta) -> bool:
        """Whether one more is within the rate, without counting it."""
        return sum(1 for moment in self._sent if moment > self.now() - within) < most

    def take(self, message: dict[str, Any]) -> None:
        """Count and keep a message."""
        self._sent.append(self.now())
        self.taken.append(message)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.requests += 1
            target = head[0].split(" ")[1]
            status, answer = self.reply(target, headers, body)
            if self.echo:
                words = f"you sent {target} {body.decode()}"
                status, answer = 500, {"errcode": -1, "errmsg": words, "code": -1}
            content = json.dumps(answer).encode()
            lines = f"HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {len(content)}"
            writer.write(f"{lines}\r\nconnection: close\r\n\r\n".encode() + content)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


@dataclass(slots=True)
class DingTalkRobot(LocalRobot):
    """Shuts out for ten minutes whoever sends a 21st message within one."""

    shut_until: datetime | None = None

    PATH: ClassVar[str] = "/robot/send?access_token="

    def reply(self, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """Judge a request."""
        query = parse_qs(urlsplit(target).query)
        if query.get("access_token") != [self.token]:
            return 200, {"errcode": 300005, "errmsg": "token is not exist"}
        if self.shut_until is not None and self.now() < self.shut_until:
            return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        if self.secret is not None and not self._is_signed(query):
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        if len(body) > 20_000:
            return 200, {
                "errcode": 460101,
                "errmsg": "description: body 大小不合法;solution:请保持大小在 20000bytes 以内;",
            }
        return self._taken(json.loads(body))

    def _taken(self, message: dict[str, Any]) -> Reply:
        if not {"title", "text"} <= message.get("markdown", {}).keys() or message["msgtype"] != "markdown":
            return 200, {"errcode": 40035, "errmsg": "缺少参数 json"}
        if not self.in_window(20, timedelta(minutes=1)):
            self.shut_until = self.now() + timedelta(minutes=10)
            return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        self.take(message)
        return 200, {"errcode": 0, "errmsg": "ok"}

    def _is_signed(self, query: dict[str, list[str]]) -> bool:
        if "timestamp" not in query or "sign" not in query or self.secret is None:
            return False
        stamp = query["timestamp"][0]
        if abs(int(stamp) / 1000 - self.now().timestamp()) > 3600:
            return False
        made = hmac.new(self.secret.encode(), digestmod=hashlib.sha256)
        made.update(stamp.encode() + b"\n" + self.secret.encode())
        return base64.b64decode(query["sign"][0]) == made.digest()


@dataclass(slots=True)
class WeComRobot(LocalRobot):
    """Counts the bytes of the markdown alone."""

    PATH: ClassVar[str] = "/cgi-bin/webhook/send?key="

    def reply(self, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """Judge a request."""
        if parse_qs(urlsplit(target).query).get("key") != [self.token]:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1755605200]"}
        message = json.loads(body)
        if message.get("msgtype") != "markdown":
            return 200, {"errcode": 40008, "errmsg": "invalid message type"}
        if len(message["markdown"]["content"].encode()) > 4096:
            return 200, {
                "errcode": 40058,
                "errmsg": "markdown.content exceed max length 4096. invalid Request Parameter",
            }
        if not self.in_window(20, timedelta(minutes=1)):
            return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
        self.take(message)
        return 200, {"errcode": 0, "errmsg": "ok"}


@dataclass(slots=True)
class FeishuRobot(LocalRobot):
    """The signature is in the body; both of its rates hold."""

    PATH: ClassVar[str] = "/open-apis/bot/v2/hook/"

    def reply(self, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """Judge a request."""
        if urlsplit(target).path != f"{self.PATH}{self.token}":
            return 400, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
        if len(body) > 20 * 1024:
            return 400, {"code": 9499, "msg": "Bad Request", "data": {}}
        message = json.loads(body)
        if self.secret is not None and not self._is_signed(message):
            words = "sign match fail or timestamp is not within one hour from current time"
            return 200, {"code": 19021, "msg": words, "data": {}}
        if not self._is_formed(message):
            return 400, {"code": 9499, "msg": "Bad Request", "data": {}}
        if not (self.in_window(100, timedelta(minutes=1)) and self.in_window(5, timedelta(seconds=1))):
            return 200, {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]", "data": {}}
        self.take(message)
        return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}

    def _is_signed(self, message: dict[str, Any]) -> bool:
        if "timestamp" not in message or "sign" not in message:
            return False
        if abs(int(message["timestamp"]) - self.now().timestamp()) > 3600:
            return False
        key = f"{message['timestamp']}\n{self.secret}".encode()
        return base64.b64decode(message["sign"]) == hmac.new(key, digestmod=hashlib.sha256).digest()

    @staticmethod
    def _is_formed(message: dict[str, Any]) -> bool:
        posts = message.get("content", {}).get("post", {})
        rows = [row for post in posts.values() for row in post["content"]]
        titled = all(isinstance(post["title"], str) for post in posts.values())
        items = [item for row in rows for item in row]
        known = all(item["tag"] == "text" or (item["tag"] == "a" and item["href"]) for item in items)
        return message.get("msg_type") == "post" and titled and known and bool(items)


@dataclass(slots=True)
class SmsGateway(LocalRobot):
    """A gateway for text messages: a key in a header, one part only, its own word for success."""

    PATH: ClassVar[str] = "/send/"

    def reply(self, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """Judge a request."""
        message = json.loads(body)
        if headers.get("x-key") != self.secret:
            return 401, {"code": "denied"}
        if len(message["content"].encode("utf-16-le")) > 140:
            return 200, {"code": "too-long"}
        self.take(message)
        return 200, {"code": "OK"}
