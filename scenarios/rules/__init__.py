"""The rules that scenarios are built from: one file each.

To add one: a file with its config and its class, a member in `RuleConfig`, and a case in
`build_rule`.
"""

from typing import Annotated

from pydantic import Field

from scenarios.firing import Rule
from scenarios.rules.association import Association, AssociationConfig
from scenarios.rules.presence import Presence, PresenceConfig

RuleConfig = Annotated[PresenceConfig | AssociationConfig, Field(discriminator="rule")]
"""What an owner can set; its JSON Schema is the dashboard's form."""


def build_rule(config: RuleConfig) -> Rule:
    match config:
        case PresenceConfig():
            return Presence(config)
        case AssociationConfig():
            return Association(config)
