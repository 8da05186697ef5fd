"""The workspace's accounts and templates for the sends of a play."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Template
from channels_app.providers.registry import entry_of, provider_class
from workspaces.models import Workspace

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Unfilled(NamedTuple):
    """What a send still lacks, in words."""

    node: str
    code: str
    zh: str
    en: str

    @property
    def messages(self) -> dict[str, str]:
        return {"zh-CN": self.zh, "en": self.en}


class Routes:
    """The enabled accounts of a workspace and their templates, read once."""

    def __init__(self, workspace: Workspace) -> None:
        accounts = ChannelAccount.objects.filter(workspace=workspace, enabled=True).order_by("created_at", "id")
        self._accounts = list(accounts)
        found = Template.objects.filter(workspace=workspace, account__in=self._accounts).select_related("account")
        usable = [one for one in found.order_by("created_at", "id") if one.state != TemplateState.REJECTED]
        # Who waits for approval comes after who has it.
        self._templates = sorted(usable, key=lambda one: one.state != TemplateState.APPROVED)

    def lacks(self, node: dict[str, Any]) -> list[Unfilled]:
        """What a send names and the workspace has not."""
        config, id_, name = node["config"], str(node.get("id")), str(node.get("name") or node.get("id"))
        account, template = config.get("account"), config.get("template")
        if not any(account in (one.key, str(one.pk)) for one in self._accounts):
            return [_no_account(id_, name, str(config.get("channel")))]
        if not any(template in (one.key, str(one.pk)) for one in self._templates):
            return [_no_template(id_, name)]
        return []

    def fill(self, node: dict[str, Any], about: Sequence[str], text: str) -> list[Unfilled]:
        """Write account, template and params into a send node; return what is missing."""
        config, name = node["config"], node["name"]
        channel, params = config["channel"], config.get("params", {})
        template = self._template(channel, about, config.get("purpose"))
        account = template.account if template else self._account(channel)
        config["account"] = account.key if account else ""
        if template is None:
            config["template"] = {"text": inline(text, params)}
            return [_no_account(node["id"], name, channel) if account is None else _no_template(node["id"], name)]
        config["template"] = template.key
        wanted = provider_class(template.account.provider).variables(template.body, template.settings)
        config["params"] = {variable: params[variable] for variable in wanted if variable in params}
        missing = [variable for variable in wanted if variable not in params]
        return [_no_value(node["id"], name, missing)] if missing else []

    def _account(self, channel: str) -> ChannelAccount | None:
        fitting = [account for account in self._accounts if channel in entry_of(account.provider).channels]
        return fitting[0] if fitting else None

    def _template(self, channel: str, about: Sequence[str], purpose: str | None) -> Template | None:
        """The template that says this: its key, or one of its tags, is what the send is about."""
        for template in self._templates:
            # What a provider has approved as a service text may not be sent as marketing.
            fits = template.channel == channel and (purpose != "marketing" or template.purpose == "marketing")
            if fits and {template.key, *template.tags} & set(about):
                return template
        return None


def inline(text: str, params: Mapping[str, Any]) -> str:
    """Return a text with its `${variables}` as the Liquid that fills them."""
    return _VARIABLE.sub(lambda variable: str(params.get(variable[1], variable[0])), text)


def _no_account(node: str, name: str, channel: str) -> Unfilled:
    return Unfilled(
        node,
        "no_account",
        f"“{name}”：没有启用的 {channel} 渠道账号。",
        f"“{name}”: no account of the channel {channel} is enabled.",
    )


def _no_template(node: str, name: str) -> Unfilled:
    return Unfilled(
        node,
        "no_template",
        f"“{name}”：账号里没有合适的模板，先用一段文字代替，发布前请选择模板。",
        f"“{name}”: the account has no fitting template. A text stands for it; choose a template before publishing.",
    )


def _no_value(node: str, name: str, missing: Sequence[str]) -> Unfilled:
    return Unfilled(
        node,
        "no_value",
        f"“{name}”：模板变量 {'、'.join(missing)} 还没有填写。",
        f"“{name}”: the template's variables {', '.join(missing)} are not filled yet.",
    )
