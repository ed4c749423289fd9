"""What an operator can set. The only place that reads the environment."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self, cast, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from scenarios.storm import Limits
from serving.access import Grant, Role
from serving.outbound import Outbound

_REPOSITORY = Path(__file__).resolve().parents[1]

MapAddress = Annotated[
    str, StringConstraints(pattern=r"^https?://[0-9A-Za-z.-]+(:[0-9]{1,5})?/[^\s;,'\"]*$")
]
"""On a host that browsers may then ask: it stands in the policy that every answer carries."""

HttpAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/[^\s?#]*[^\s?#/])?$")]
"""Without a slash at its end."""


def _grant(word: object) -> object:
    if not isinstance(word, str):
        return word
    role, _, division = word.partition("@")
    if role not in get_args(Role):
        raise ValueError(f"expected role or role@division with a role of {get_args(Role)}")
    return Grant(cast("Role", role), division or None)


GrantWord = Annotated[Grant, BeforeValidator(_grant)]
"""Written `reviewer`, or `reviewer@龙岗区`."""


BucketAddress = Annotated[str, StringConstraints(pattern=r"^s3://[^\s/?#@]+[^\s#@]*$")]
"""Without keys: they have settings of their own."""


class Settings(BaseSettings):
    """Each one is read from `LONGAN_<NAME>`, such as `LONGAN_DATA_DIR`."""

    model_config = SettingsConfigDict(
        env_prefix="LONGAN_", frozen=True, use_attribute_docstrings=True
    )

    data_dir: Path = Path("data")
    """Everything the platform writes lies below this folder."""

    database_url: str | None = Field(default=None, repr=False)
    """SQLAlchemy address; None is SQLite in the data folder."""

    weights_dir: Path = _REPOSITORY / "weights"
    """The models shipped with the platform."""

    dashboard_dir: Path = _REPOSITORY / "dashboard" / "dist"
    """The built dashboard; may be missing."""

    host: str = "127.0.0.1"
    port: PositiveInt = Field(default=8000, le=65535)

    public_url: HttpAddress | None = None
    """What browsers type to come here, such as `https://longan.city.lan`, without a path."""

    oidc_issuer: HttpAddress | None = None
    """The city's OpenID Connect provider, such as `https://login.city.lan/realms/city`: people may
    sign in with their accounts there. Needs `public_url` and the extra `oidc`; the provider must
    lead back to `<public_url>/api/v1/session/single-sign-on/callback`."""

    oidc_client_id: str = "longan"

    oidc_client_secret: SecretStr | None = None
    """What the provider gave this client."""

    oidc_scopes: str = "openid profile email"

    oidc_title: str = "City account"
    """What the button of the sign-in page says."""

    oidc_groups_claim: str = "groups"
    """Where the provider says in which groups somebody is."""

    oidc_grants: dict[str, tuple[GrantWord, ...]] = {}
    """What a group may: `{"helmet-team": ["reviewer@龙岗区/龙城街道"], "it": ["administrator"]}`.
    Who is in no such group is refused."""

    url: str = "http://127.0.0.1:8000"
    """Where the commands find the platform."""

    token: str | None = Field(default=None, repr=False)
    """What the commands sign in with; None is the admin token of the data folder."""

    max_upload_mib: PositiveInt = 256
    """Largest model file a team may submit, and largest clip that may be uploaded."""

    unprotected_admission: bool = False
    """Run submitted models even where bubblewrap cannot be used: code that a model gets to run
    through a bug could then do what the user Longan runs as can do."""

    signing_key_file: Path | None = None
    """The Ed25519 key (PEM) that signs algorithm versions; None: one made in the data folder."""

    secret_keys: SecretStr | None = None
    """What seals passwords and other secrets in the store: keys of 32 bytes in base64, blanks
    between. The first one seals, all of them open. None: see the next two."""

    secret_keys_file: Path | None = None
    """The same in a file; None: one is made in the data folder."""

    secret_keys_command: str | None = Field(default=None, repr=False)
    """The same on the standard output of a command, such as that of a key management service."""

    requests_per_s: PositiveFloat = 100.0
    """Requests a second of each token or user, to each process of the API; ten seconds' worth may
    come at once."""

    requests_per_s_of_address: PositiveFloat = 400.0
    """The same of each address; many people may stand behind one."""

    sign_ins_per_minute: PositiveFloat = 60.0
    """Sign-ins a minute of each address, whether or not they succeed."""

    refused_sign_ins: PositiveInt = 50
    """So many refused ones of an address in ten minutes; then it has to wait."""

    outbound_loopback: bool = False
    """Whether cameras, webhooks and other addresses that people give may be on this machine itself:
    for trying things out, and for tests."""

    outbound_allowed: list[IPv4Network | IPv6Network] = []
    """Networks that such addresses may be in besides, such as `["127.0.0.8/32"]`. Private networks
    need no entry; link-local addresses and the metadata services of clouds are never allowed."""

    outbound_refused: list[IPv4Network | IPv6Network] = []
    """Networks that such addresses may not be in, such as that of the platform's own machines."""

    trusted_keys: list[str] = []
    """Public keys of other platforms, in base64, whose bundles may be imported."""

    mlflow_uri: str | None = Field(default=None, repr=False)
    """An MLflow tracking server or its database that shall show every algorithm version, too;
    needs the extra `mlflow`."""

    time_zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    """Whose days and hours KPIs and responsibility lists mean."""

    second_look_share: float = Field(default=0.05, ge=0, le=1)
    """Of reviewed events, how many a second person looks at, so that agreement is known."""

    auto_dispatch_confidence: float | None = Field(default=None, ge=0, le=1)
    """Events at least so sure become work orders before anybody reviewed them; None: never."""

    clip_before_s: PositiveFloat = Field(default=5.0, le=60)
    """Seconds of a clip before an event opened; it begins with the keyframe before them."""

    clip_after_s: PositiveFloat = Field(default=5.0, le=60)
    """Seconds of a clip after an event opened."""

    clip_memory_mib: PositiveInt = 16
    """Of each camera's stream kept in memory at most; a clip that needs more begins later, or is
    not made."""

    evidence_days: PositiveFloat = 30.0
    """Evidence is removed when its event opened so long ago; the event and the hashes stay."""

    evidence_days_of: dict[str, PositiveFloat] = {}
    """The same for single scenarios or severities, such as `{"rider-helmet": 14, "critical": 90}`;
    the scenario's counts before the severity's."""

    originals_days: PositiveFloat = 7.0
    """Unmasked originals are removed after so long, and clips that nobody has looked at."""

    evidence_url: BucketAddress | None = None
    """An S3 bucket for evidence, such as `s3://longan/city?endpoint=https://minio.city.lan:9000`;
    None: the data folder keeps it. Needs the extra `s3`."""

    s3_access_key_id: str | None = Field(default=None, repr=False)
    """Who asks the bucket; None: as Amazon's own variables or the machine's role say."""

    s3_secret_access_key: str | None = Field(default=None, repr=False)

    deliveries_days: PositiveFloat = 30.0
    """What was delivered to a sink, or has failed for good, is listed for so long."""

    run_days: PositiveFloat = 30.0
    """A training run's data, checkpoint and trials are removed when it ended so long ago; its
    model, metrics, card, curve and log stay."""

    camera_events_per_hour: PositiveInt = 600
    """Events of one camera of a deployment that are told one by one; beyond, a summary is."""

    deployment_events_per_hour: PositiveInt = 6000
    """The same for all cameras of a deployment together."""

    hardware_decoding: bool = False
    """Decode streams on the machine's video hardware where FFmpeg finds some."""

    engine: Literal["auto", "onnxruntime", "openvino"] = "auto"
    """What runs the networks of the cameras; `auto` measures what there is and keeps the fastest
    that gives the right answer."""

    gpu_memory_mib: PositiveInt = 4096
    """Ceiling of each network on a GPU; CUDA itself takes some hundred MiB more."""

    gpu_fp16: bool = False
    """Let TensorRT compute in half precision."""

    map_tiles: MapAddress | None = None
    """Raster tiles below the map, such as `https://tiles.city.lan/{z}/{x}/{y}.png`; None: a plain
    ground. Besides the platform, their host is the only one that a browser asks."""

    map_style: MapAddress | None = None
    """A MapLibre style in place of `map_tiles`, such as `https://tiles.city.lan/style.json`; what
    it refers to lies on the same host."""

    map_attribution: str = ""
    """Whose map it is; the map shows it."""

    map_model: Path | None = None
    """A model of the city: a `.glb`, or a `.gltf` or the `tileset.json` of 3D Tiles, of which the
    whole folder is served to those who are signed in."""

    map_model_lon: float | None = Field(default=None, ge=-180, le=180)
    """Where the origin of `map_model` lies; only 3D Tiles that say so themselves need none."""

    map_model_lat: float | None = Field(default=None, ge=-90, le=90)

    map_model_heading_deg: float = Field(default=0.0, ge=-360, le=360)
    """Where the model's north points to, clockwise from north."""

    map_model_height_m: float = 0.0
    """How far the model is lifted, so that its ground lies at 0."""

    ray_address: str | None = None
    """An existing Ray cluster; None starts Ray on this machine."""

    stop_pipelines: bool = False
    """Stop the cameras of an existing Ray cluster when the platform stops. Without it they go on,
    so that the platform can be restarted; on this machine's own Ray they always stop."""

    catalogue_keys: dict[str, SecretStr] = {}
    """Keys of open-data catalogues by name or host, such as `{"shenzhen": "…", "data.gov": "…"}`;
    each is sent to its own catalogue only."""

    catalogue_user_agent: str = "Mozilla/5.0 (compatible; Longan/0.1)"
    """How we name ourselves to open-data catalogues; add an address they can write to."""

    catalogue_pause_s: NonNegativeFloat = 1.0
    """Seconds between two requests to one host of an open-data catalogue, at least."""

    catalogue_timeout_s: PositiveFloat = 30.0
    """How long a host of an open-data catalogue may be silent."""

    catalogue_file_mib: PositiveInt = 8192
    """Largest file fetched from an open-data catalogue."""

    catalogue_private_hosts: frozenset[str] = frozenset()
    """Hosts of catalogues on the city's own network, such as `["ckan.city.lan"]`; to any other
    private address no catalogue may lead us."""

    @model_validator(mode="after")
    def _has_one_source_of_keys(self) -> Self:
        given = (self.secret_keys, self.secret_keys_file, self.secret_keys_command)
        if sum(source is not None for source in given) > 1:
            raise ValueError(
                "secret keys: expected one of LONGAN_SECRET_KEYS, LONGAN_SECRET_KEYS_FILE and "
                "LONGAN_SECRET_KEYS_COMMAND, got more; leave the others out"
            )
        return self

    @model_validator(mode="after")
    def _knows_the_provider(self) -> Self:
        if self.oidc_issuer is not None:
            needed = {
                "LONGAN_PUBLIC_URL": self.public_url,
                "LONGAN_OIDC_CLIENT_SECRET": self.oidc_client_secret,
                "LONGAN_OIDC_GRANTS": self.oidc_grants,
            }
            if missing := [name for name, value in needed.items() if not value]:
                raise ValueError(f"oidc_issuer: it needs {' and '.join(missing)}, too")
        return self

    @model_validator(mode="after")
    def _places_the_model(self) -> Self:
        if self.map_model is not None and self.map_model.name != "tileset.json":
            if self.map_model.suffix.lower() not in (".glb", ".gltf"):
                raise ValueError(
                    "map_model: expected a .glb, a .gltf or a tileset.json, "
                    f"got {self.map_model.name}"
                )
            if self.map_model_lon is None or self.map_model_lat is None:
                raise ValueError(
                    "map_model: glTF does not say where it lies; "
                    "set LONGAN_MAP_MODEL_LON and LONGAN_MAP_MODEL_LAT"
                )
        return self

    @model_validator(mode="after")
    def _has_both_keys(self) -> Self:
        if (self.s3_access_key_id is None) != (self.s3_secret_access_key is None):
            raise ValueError(
                "s3_access_key_id and s3_secret_access_key: expected both or neither, got one; "
                "set LONGAN_S3_ACCESS_KEY_ID and LONGAN_S3_SECRET_ACCESS_KEY"
            )
        return self

    @property
    def storm_limits(self) -> Limits:
        return Limits(self.camera_events_per_hour, self.deployment_events_per_hour)

    @property
    def outbound(self) -> Outbound:
        """Where cameras and webhooks may be."""
        return Outbound(
            tuple(self.outbound_allowed), tuple(self.outbound_refused), self.outbound_loopback
        )

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'longan.db'}"

    @property
    def evidence_dir(self) -> Path:
        """What everybody may see; the unmasked originals lie in `originals` beside it."""
        return self.data_dir / "evidence"

    @property
    def models_dir(self) -> Path:
        """Accepted models, each as `<sha256>.onnx`."""
        return self.data_dir / "models"

    @property
    def own_signing_key_file(self) -> Path:
        """The key that signs versions, where the operator gives none; its owner's only."""
        return self.data_dir / "signing-key.pem"

    @property
    def own_secret_keys_file(self) -> Path:
        """The keys that seal secrets, where the operator gives none; their owner's only."""
        return self.data_dir / "secret-keys"

    @property
    def public_key_file(self) -> Path:
        """The public half of whichever key signs, in base64: what nodes check versions with."""
        return self.data_dir / "signing-key.pub"

    @property
    def uploads_dir(self) -> Path:
        """Models on their way; on the same disk as `models_dir`, to be moved there."""
        return self.data_dir / "uploads"

    @property
    def clips_dir(self) -> Path:
        """Recorded video for replays, each under its sha256."""
        return self.data_dir / "clips"

    @property
    def datasets_dir(self) -> Path:
        """Labelled data that the operator has put, or linked, here: evaluation sets."""
        return self.data_dir / "datasets"

    @property
    def runs_dir(self) -> Path:
        """Training runs, a folder each; nodes that train must see it under the same path."""
        return self.data_dir / "runs"

    @property
    def base_weights_dir(self) -> Path:
        """Networks that the operator has put, or linked, here for training to start from."""
        return self.data_dir / "base-weights"

    @property
    def quality_reports_dir(self) -> Path:
        """Pages and lists to fix of quality reports, a folder each."""
        return self.data_dir / "quality-reports"

    @property
    def tensorrt_dir(self) -> Path:
        """What TensorRT has built, which takes minutes; good for this machine's GPU only."""
        return self.data_dir / "tensorrt"

    @property
    def spool_dir(self) -> Path:
        """Events and pictures that wait for the store to come back."""
        return self.data_dir / "spool"

    @property
    def admin_token_file(self) -> Path:
        """The first admin's secret, readable by its owner only."""
        return self.data_dir / "admin-token"


def mistakes(error: ValidationError) -> str:
    """Every setting that is wrong, a line each; no value, since some are secret."""
    lines: list[str] = []
    for mistake in error.errors(include_url=False, include_input=False):
        name = "_".join(map(str, mistake["loc"][:1])).upper()
        lines.append(f"  LONGAN_{name}: {mistake['msg']}" if name else f"  {mistake['msg']}")
    return "\n".join(["these settings are wrong:", *lines])
