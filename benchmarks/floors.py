"""The bare PostgreSQL of the same run: what no program on this machine can undercut."""

from decimal import Decimal

from django.db import connection, transaction

from benchmarks.figures import median, rate


def commits(rows: int, seconds: float) -> float:
    """Commits in a second, each with so many plain rows in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, body text, amount numeric)")

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            values = ", ".join(["(%s, %s)"] * rows)
            cursor.execute(f"INSERT INTO bench_floor (body, amount) VALUES {values}", ["x" * 200, Decimal(1)] * rows)

    return rate(work, seconds)


def copied(rows: int) -> float:
    """Rows in a second by COPY into a table with one index."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_copy (id bigserial PRIMARY KEY, a text, b text, c text)")

    def work() -> None:
        with connection.cursor() as cursor, cursor.copy("COPY bench_copy (a, b, c) FROM STDIN") as target:
            for place in range(rows):
                target.write_row([f"{place}精密機械股份有限公司", "高雄", "TWD"])

    return rate(work, 0.1) * rows


def one_page() -> float:
    """Milliseconds to fetch fifty whole customers by their key."""

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM customers_customer ORDER BY id DESC LIMIT 50")
            cursor.fetchall()

    return median(work)
