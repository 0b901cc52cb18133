using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Analysis;

/// <summary>The variables of a formula as they are in completed tables: which are numbers, which are levels, and which rows are whole.</summary>
internal sealed class ModelFrame
{
    private readonly Formula _formula;
    private readonly Dictionary<FormulaVariable, string[]?> _levels = [];
    private readonly Table _first;
    private readonly int _weights;

    /// <param name="formula">The formula.</param>
    /// <param name="tables">The completed tables, of the same rows and columns.</param>
    /// <param name="weights">The column of weights; null for none.</param>
    /// <exception cref="UserInputException">The tables differ in shape, or too few rows are whole.</exception>
    internal ModelFrame(Formula formula, IReadOnlyList<Table> tables, string? weights)
    {
        (_formula, _first) = (formula, tables[0]);
        RequireAlike(tables);
        _weights = weights is null ? -1 : Column(weights);
        FormulaVariable[] variables = [formula.Response, .. formula.Predictors];
        var used = variables.Select(variable => Column(variable.Column)).Append(_weights).Where(column => column >= 0).Distinct().ToArray();
        Rows = [.. Enumerable.Range(0, _first.Rows).Where(row => tables.All(table => !Array.Exists(used, column => table.IsMissing(row, column))))];
        if (Rows.Length == 0)
        {
            throw new UserInputException(
                $"{_first.Source}: no row has a value in every column of '{formula.Text}'; there is nothing to analyse.");
        }
        foreach (var variable in variables) _levels[variable] = Levels(tables, variable);
    }

    /// <summary>The rows that have a value in each column of the formula in every table.</summary>
    internal int[] Rows { get; }

    /// <summary>Rows that are left out.</summary>
    internal int LeftOut => _first.Rows - Rows.Length;

    /// <summary>The levels of a variable, in their order; null for numbers.</summary>
    internal string[]? Levels(FormulaVariable variable) => _levels[variable];

    /// <summary>A variable of numbers.</summary>
    /// <exception cref="UserInputException">A cell has no value of the function.</exception>
    internal double[] Numbers(Table table, FormulaVariable variable)
    {
        var column = Column(variable.Column);
        return Array.ConvertAll(Rows, row =>
        {
            var value = variable.Apply(table.Number(row, column));
            if (double.IsFinite(value)) return value;
            throw new UserInputException(
                $"{table.Source}, line {table.Line(row)}: {variable} of {table.Text(row, column)} is not a finite number; leave "
                + "the function out, or the row.");
        });
    }

    /// <summary>A variable of levels, by their numbers.</summary>
    internal int[] Codes(Table table, FormulaVariable variable)
    {
        var column = Column(variable.Column);
        var index = _levels[variable]!.Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => pair.i, StringComparer.Ordinal);
        return Array.ConvertAll(Rows, row => index[table.Text(row, column).Trim()]);
    }

    /// <summary>The rows' weights; 1 where none are given.</summary>
    /// <exception cref="UserInputException">One is negative, or all are 0.</exception>
    internal double[] Weights(Table table)
    {
        if (_weights < 0) return Array.ConvertAll(Rows, _ => 1.0);
        var weights = Array.ConvertAll(Rows, row => table.Number(row, _weights) is >= 0 and var weight
            ? weight
            : throw new UserInputException(
                $"{table.Source}, line {table.Line(row)}, column '{table.Header[_weights]}': the weight is "
                + $"{table.Text(row, _weights)}; allowed is 0 or more."));
        return Array.Exists(weights, weight => weight > 0)
            ? weights
            : throw new UserInputException($"{table.Source}: all weights in column '{table.Header[_weights]}' are 0.");
    }

    private string[]? Levels(IReadOnlyList<Table> tables, FormulaVariable variable)
    {
        var column = Column(variable.Column);
        var numbers = tables.All(table => Array.TrueForAll(Rows, row => table.Notation(column).TryParse(table.Text(row, column), out _)));
        if (numbers && !variable.IsFactor) return null;
        if (!numbers && (variable.Power != 1 || variable is { Function: not null, IsFactor: false }))
        {
            throw new UserInputException(
                $"The formula '{_formula.Text}': column '{variable.Column}' holds texts, of which there is no {variable}; name the "
                + "column itself.");
        }

        // R's order in the C locale; numbers by their size.
        var levels = tables.SelectMany(table => Rows.Select(row => table.Text(row, column).Trim())).Distinct(StringComparer.Ordinal);
        return numbers
            ? [.. levels.OrderBy(level => _first.Notation(column).TryParse(level, out var value) ? value : 0)]
            : [.. levels.Order(StringComparer.Ordinal)];
    }

    private int Column(string name) => _first.Header.ToList().IndexOf(name) is >= 0 and var column
        ? column
        : throw new UserInputException(
            $"{_first.Source} has no column '{name}'; there are "
            + $"{string.Join(", ", _first.Header.Take(20))}{(_first.Columns > 20 ? ", ..." : "")}.");

    private static void RequireAlike(IReadOnlyList<Table> tables)
    {
        var first = tables[0];
        foreach (var table in tables.Skip(1))
        {
            if (table.Rows != first.Rows)
            {
                throw new UserInputException(
                    $"{table.Source} has {table.Rows} rows and {first.Source} {first.Rows}; they must be imputations of one table.");
            }
            if (!table.Header.SequenceEqual(first.Header, StringComparer.Ordinal))
            {
                throw new UserInputException(
                    $"{table.Source} and {first.Source} have different columns; they must be imputations of one table.");
            }
        }
    }
}
