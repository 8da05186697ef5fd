"""Pairs of people who are probably the same, by the Fellegi-Sunter model as splink computes it, inside DuckDB.

How often a comparison agrees for one person (m) is stated here; how often it agrees by chance (u) is measured on the
workspace's own people. https://moj-analytical-services.github.io/splink/topic_guides/theory/fellegi_sunter.html
"""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from splink import SettingsCreator

# What is compared; somebody without a value is neither like nor unlike.
COLUMNS: Final = ("name", "phone", "email", "address")
# Fewer people are no sample of what agrees by chance.
SAMPLE_FROM: Final = 200
MOST_SAMPLED: Final = 1e6
# Of ten people two have been seen under another name, at most.
SHARE_OF_DOUBLES: Final = 0.2
MEMORY: Final = "512MB"

_PEOPLE: Final = """
copy (
    select p.id as unique_id,
        nullif(coalesce(p.attributes ->> 'name', concat(p.attributes ->> 'last_name', p.attributes ->> 'first_name')), '')
            as name,
        coalesce((select min(i.value) from profiles_identity i where i.profile_id = p.id and i.type = 'phone'),
            p.attributes ->> 'phone') as phone,
        lower(coalesce((select min(i.value) from profiles_identity i where i.profile_id = p.id and i.type = 'email'),
            p.attributes ->> 'email')) as email,
        case jsonb_typeof(p.attributes -> 'address') when 'string' then p.attributes ->> 'address'
            when 'object' then (select string_agg(part.value, '' order by part.key)
                from jsonb_each_text(p.attributes -> 'address') part) end as address
    from profiles_profile p where p.workspace_id = {workspace}
) to stdout (format csv)
"""


class Pair(NamedTuple):
    """Two people, the lower id first. `explanation` is column → how it agrees (`level`, 0: not) and its `weight` (log2)."""

    first: UUID
    second: UUID
    weight: float
    probability: float
    explanation: dict[str, Any]


def probable_pairs(workspace_id: UUID, at_least: float) -> tuple[int, list[Pair]]:
    """Return how many people were compared, and the pairs with at least this probability, the most probable first."""
    import duckdb
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    with TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        _write_people(workspace_id, file)
        engine = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": folder})
        try:
            columns = ", ".join(f"'{name}': 'varchar'" for name in ("unique_id", *COLUMNS))
            engine.execute(
                f"create table people as select * from read_csv(?, header = false, columns = {{{columns}}})",
                [str(file)],
            )
            people = int(engine.execute("select count(*) from people").fetchall()[0][0])
            if people < 2:
                return people, []
            api = DuckDBAPI(engine)
            linker = Linker(api.register("people"), _settings(people), log_level=logging.ERROR)
            if people >= SAMPLE_FROM:
                linker.training.estimate_u_using_random_sampling(max_pairs=MOST_SAMPLED, seed=1)
            found = linker.inference.predict(threshold_match_probability=at_least).as_record_list()
        finally:
            engine.close()
    return people, sorted(map(_pair, found), key=lambda pair: (-pair.weight, pair.first, pair.second))


def _write_people(workspace_id: UUID, file: Path) -> None:
    statement = sql.SQL(_PEOPLE).format(workspace=sql.Literal(workspace_id))
    connection.ensure_connection()
    with file.open("wb") as target, connection.connection.cursor() as cursor, cursor.copy(statement) as rows:
        for block in rows:
            target.write(block)


def _settings(people: int) -> "SettingsCreator":
    import splink.comparison_library as library
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            library.JaroWinklerAtThresholds("name", [0.9]).configure(
                m_probabilities=[0.8, 0.1, 0.1], u_probabilities=[0.001, 0.002, 0.997]
            ),
            library.LevenshteinAtThresholds("phone", [1]).configure(
                m_probabilities=[0.6, 0.2, 0.2], u_probabilities=[1e-4, 1e-4, 0.9998]
            ),
            library.LevenshteinAtThresholds("email", [1]).configure(
                m_probabilities=[0.6, 0.1, 0.3], u_probabilities=[1e-4, 1e-4, 0.9998]
            ),
            library.JaroWinklerAtThresholds("address", [0.95, 0.88]).configure(
                m_probabilities=[0.4, 0.2, 0.1, 0.3], u_probabilities=[1e-3, 1e-3, 0.01, 0.988]
            ),
        ],
        # Only pairs that agree in one of these are compared at all.
        blocking_rules_to_generate_predictions=[
            block_on("phone"),
            block_on("email"),
            block_on("address"),
            block_on("name", "substr(phone, 1, 10)"),
            block_on("name", "substr(address, 1, 6)"),
            block_on("name", "substr(email, 1, 4)"),
        ],
        probability_two_random_records_match=min(2 * SHARE_OF_DOUBLES / people, 0.01),
        retain_intermediate_calculation_columns=True,
    )


def _pair(record: dict[str, Any]) -> Pair:
    first, second = sorted((UUID(str(record["unique_id_l"])), UUID(str(record["unique_id_r"]))))
    explanation = {
        column: {"level": int(record[f"gamma_{column}"]), "weight": round(float(record[f"mw_{column}"]), 3)}
        for column in COLUMNS
        if record[f"gamma_{column}"] >= 0
    }
    return Pair(first, second, round(float(record["match_weight"]), 3), float(record["match_probability"]), explanation)
