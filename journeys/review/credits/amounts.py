"""How money is read off an event by the workspace's rules, in SQL: for conversions, and for what people bought.

`rule_values` are the values that the pieces name.
"""

from typing import Any, Final

from journeys.review.credits.rules import Rules

# Of the properties at hand: the text of the currency, or null.
MONEY: Final = "nullif(upper(trim(zhitu_text({properties} #> %(currency_path)s::text[]))), '')"
# What was said, if it can be believed.
VALUE: Final = "case when {said} >= 0 and {said} <= %(most_value)s then round({said}, 4) end"
CURRENCY: Final = (
    "case when {money} = 'RMB' then 'CNY' when {money} ~ '^[A-Z]{{3}}$' then {money} else %(currency)s end"
)


def rule_values(rules: Rules) -> dict[str, Any]:
    return {
        "currency_path": rules.currency_property.split("."),
        "currency": rules.currency,
        "most_value": rules.most_value,
    }
