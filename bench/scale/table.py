#!/usr/bin/env python3
"""Writes a table of 20 columns, or as many as one asks for, of three factors and noise, of which a tenth of the cells is missing at random.

    bench/scale/table.py ROWS [COLUMNS] > table.csv

A million rows are drawn; a longer table repeats them. The last two columns are of levels.
"""
import random
import sys

FACTORS, MOST_DRAWN, BLOCK = 3, 1_000_000, 10_000


def rows(count, columns, rng):
    loadings = [[rng.gauss(0, 1) for _ in range(FACTORS)] for _ in range(columns)]
    gauss, uniform = rng.gauss, rng.random
    for _ in range(count):
        z = [gauss(0, 1) for _ in range(FACTORS)]
        cells = []
        for column, (a, b, c) in enumerate(loadings):
            x = a * z[0] + b * z[1] + c * z[2] + 0.5 * gauss(0, 1)
            if uniform() < 0.1:
                cells.append("")
            elif column < columns - 2:
                cells.append("%.4f" % (10 * column + x))
            else:
                cells.append("high" if x > 1 else "middle" if x > -1 else "low")
        yield ",".join(cells)


def main():
    count, columns = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    print(",".join(f"x{column + 1}" for column in range(columns)))
    drawn = list(rows(min(count, MOST_DRAWN), columns, random.Random(1)))
    for start in range(0, count, MOST_DRAWN):
        for block in range(0, min(MOST_DRAWN, count - start), BLOCK):
            sys.stdout.write("\n".join(drawn[block : min(block + BLOCK, count - start)]) + "\n")


if __name__ == "__main__":
    main()
