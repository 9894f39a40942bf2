"""Every setting of the project: a `TALENT_…` environment variable, validated here and documented in docs/settings.md."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET: Final = 32
Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting that cannot be used; the message names it, in Chinese."""


class Settings(BaseSettings):
    """What an operator may set; each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore", frozen=True)

    var: Path = Field(default=ROOT / "var", description="运行数据目录：内置数据库、立方体缓存")
    db: str = Field(
        default="", description="数据库地址（SQLAlchemy URL）；空则用运行数据目录下的 SQLite 文件 talent.db"
    )
    demo: bool = Field(default=True, description="内置数据库不存在时，首次启动是否自动生成演示数据（模拟）")
    demo_scale: float = Field(default=1.0, gt=0, le=100, description="演示数据规模；1 为真实规划规模")
    demo_seed: int = Field(default=2023, ge=0, description="演示数据随机种子")
    boundaries: Path | None = Field(
        default=None, description="自备边界文件（先用 python -m geo check 检查）；空则用内置边界"
    )
    isochrones: Path | None = Field(
        default=None,
        description="自备的实训基地等时圈文件（先用 python -m geo isochrones 检查）；空则按直线距离估算",
    )
    map_approval: str = Field(default="", max_length=60, description="审图号；空则图上注明“未取得审图号 仅供内部使用”")
    address: str = Field(
        default="", max_length=200, description="本平台的访问网址，如 http://10.0.0.5:8501；印在生成的材料上"
    )
    chromium: str = Field(default="", description="导出图片所用 Chromium 的路径；空则自动查找")

    person_key: SecretStr = Field(
        default=SecretStr(""),
        description="身份证件号码散列所用的密钥，至少32字符；装载人员数据时必需，只能用 rekey 命令更换，否则同一人不再能对上",
    )
    former_person_keys: SecretStr = Field(
        default=SecretStr(""),
        description="换下的散列密钥，先用的在前，以空格分开；换过密钥的库装载人员数据时必需，见 operations.md",
    )

    sign_in: Literal["none", "oidc", "header"] = Field(
        default="none",
        description="登录方式：none 不登录（只在全部数据为模拟时可用）、oidc 统一身份认证、header 由可信代理在请求头中给出账号",
    )
    oidc_issuer: str = Field(
        default="", max_length=200, description="oidc：认证服务的 issuer 网址，与其令牌中的完全一致"
    )
    oidc_client_id: str = Field(default="", max_length=200, description="oidc：本平台在认证服务登记的 client_id")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="oidc：对应的 client_secret")
    oidc_claim: str = Field(default="sub", max_length=60, description="oidc：令牌中作为账号的字段")
    cookie_secret: SecretStr = Field(
        default=SecretStr(""), description="oidc：登录 cookie 的签名密钥，至少32字符；更换后所有人须重新登录"
    )
    proxy_header: str = Field(default="X-Talent-User", max_length=60, description="header：代理写入账号的请求头")
    proxies: str = Field(
        default="", max_length=500, description="header：可信代理的地址或网段，逗号分隔；来自其他地址的该请求头一律不认"
    )
    idle_minutes: int = Field(default=30, ge=1, le=1440, description="无操作多少分钟后须重新登录")
    fewest_people: int = Field(
        default=5,
        ge=0,
        le=1000,
        description="少于多少人的数不向本地区和上级以外的人公开，也不进入公开发布的材料；0 为不限制。一律不显示的还有可以推算出这类数的数",
    )
    contact: str = Field(default="本单位管理员", max_length=60, description="没有权限的人应向谁申请，写在提示里")

    @property
    def url(self) -> str:
        """The database's URL, the embedded SQLite file unless set."""
        return self.db or f"sqlite:///{self.var / 'talent.db'}"

    @property
    def cubes(self) -> Path:
        """Where cubes lie as Arrow files."""
        return self.var / "cubes"

    def trusted(self) -> tuple[Network, ...]:
        """The addresses that may say who signed in; raises `SettingsError`."""
        try:
            return tuple(ip_network(part.strip()) for part in self.proxies.split(",") if part.strip())
        except ValueError as error:
            raise SettingsError(f"设置有误：TALENT_PROXIES={self.proxies!r}，应是 IP 地址或网段，逗号分隔。") from error

    @property
    def approval_line(self) -> str:
        """The line under every map."""
        return f"审图号：{self.map_approval}" if self.map_approval else "未取得审图号 仅供内部使用"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; raises `SettingsError` naming the variable that is wrong."""
    try:
        return _complete(Settings())
    except ValidationError as error:
        wrong = "；".join(
            f"TALENT_{str(e['loc'][0]).upper()}={e['input']!r}，{_reason(dict(e))}" for e in error.errors()
        )
        raise SettingsError(f"设置有误：{wrong}。请改正环境变量后重新启动，说明见 docs/settings.md。") from error


def _complete(given: Settings) -> Settings:
    """The same settings; raises `SettingsError` when the chosen way to sign in lacks something."""
    missing = []
    if given.sign_in == "oidc":
        needed = ("address", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "cookie_secret")
        missing = [f"TALENT_{name.upper()}" for name in needed if not _text(getattr(given, name))]
        if not missing and len(given.cookie_secret.get_secret_value()) < SHORTEST_SECRET:
            raise SettingsError(f"设置有误：TALENT_COOKIE_SECRET 应至少 {SHORTEST_SECRET} 个字符。")
    if given.sign_in == "header":
        missing = [] if given.proxies.strip() else ["TALENT_PROXIES"]
        given.trusted()
    if missing:
        raise SettingsError(
            f"设置有误：登录方式为 {given.sign_in} 时还须设置 {'、'.join(missing)}，说明见 docs/settings.md。"
        )
    return given


def _text(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value.strip()


def _reason(error: dict[str, Any]) -> str:
    """A validation error in Chinese."""
    known = {
        "greater_than": "应大于 {gt:g}",
        "greater_than_equal": "应不小于 {ge:g}",
        "less_than_equal": "应不大于 {le:g}",
        "float_parsing": "应是数字",
        "int_parsing": "应是整数",
        "bool_parsing": "应是 true 或 false",
        "string_too_long": "应不超过 {max_length} 个字",
        "literal_error": "应是 none、oidc 或 header",
    }
    return str(known.get(error["type"], error["msg"])).format(**error.get("ctx", {}))
