namespace MissBgm.Runtime.Tables;

/// <summary>Finds a column's type, levels and scaling from a training table's observed cells and from what the user says about it.</summary>
internal sealed class ColumnDetection
{
    // Texts with more levels than this, or with hardly a repetition, are names or codes of the rows and not a variable.
    private const int MostLevels = 100;
    private const int FewLevels = 10;

    private readonly Table _table;
    private readonly int _column;
    private readonly TypeDetection _detection;
    private readonly ColumnDeclaration _declared;
    private readonly int[] _observed;

    private ColumnDetection(Table table, int column, ColumnDeclarations declarations)
    {
        (_table, _column, _detection) = (table, column, declarations.Detection);
        _declared = declarations.Columns.GetValueOrDefault(Name) ?? new ColumnDeclaration();
        _observed = Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).ToArray();
    }

    private string Name => _table.Header[_column];

    /// <summary>Describes one column.</summary>
    /// <exception cref="UserInputException">No observed cell, a cell that is not a value of the column, or texts that cannot be levels.</exception>
    internal static ColumnSchema Describe(Table table, int column, ColumnDeclarations declarations)
    {
        var detection = new ColumnDetection(table, column, declarations);
        if (detection._observed.Length == 0)
        {
            throw new UserInputException($"{table.Source}: column '{detection.Name}' has no observed value; leave the column out, or supply values.");
        }

        var type = detection._declared.Type ?? (detection._detection == TypeDetection.Full ? detection.Guess() : null);
        return type is ColumnType.Binary or ColumnType.Ordinal or ColumnType.Categorical ? detection.Discrete(type.Value) : detection.Continuous(type);
    }

    // Null leaves it to the numbers whether they are whole.
    private ColumnType? Guess()
    {
        if (_declared.Minimum is not null || _declared.Maximum is not null) return null;
        var texts = Array.ConvertAll(_observed, Text);
        var numbers = texts.Count(NumberText.IsNumberLike);
        if (numbers == 0) return Levels().Length == 2 ? ColumnType.Binary : ColumnType.Categorical;
        return numbers == texts.Length && NumberText.AreZeroAndOne(texts) ? ColumnType.Binary : null;
    }

    private ColumnSchema Discrete(ColumnType type)
    {
        var levels = _declared.Levels?.Select(level => level.Trim()).ToArray() ?? Levels();
        if (_declared.Type is null) RequireVariable(levels);
        if (type == ColumnType.Binary && levels.Length > 2)
        {
            throw new UserInputException(
                $"{_table.Source}: column '{Name}' has {levels.Length} levels ({Listed(levels)}) and is declared binary in {_declared.Origin}; declare it categorical or ordinal, or correct the cells.");
        }

        var schema = new ColumnSchema { Name = Name, Type = type, Location = 0, Scale = 1, Minimum = 0, Maximum = levels.Length - 1, ObservedShare = ObservedShare, Levels = levels };
        var numbers = new LevelNumbers(levels);
        var values = Array.ConvertAll(_observed, row => CellValue.Level(_table, row, _column, schema, numbers));
        var (minimum, maximum) = (values.Min(), values.Max());
        double[] shares = [.. levels.Select((_, level) => values.Count(value => value == level) / (double)values.Length)];
        return schema with { Location = minimum == maximum ? minimum : 0, Minimum = minimum, Maximum = maximum, LevelShares = shares };
    }

    private ColumnSchema Continuous(ColumnType? declared)
    {
        var whole = Array.TrueForAll(_observed, row => NumberText.TryParse(Text(row), out _) && NumberText.IsWhole(Text(row)));
        var schema = new ColumnSchema
        {
            Name = Name,
            Type = declared ?? (whole && _detection == TypeDetection.Full ? ColumnType.Integer : ColumnType.Numeric),
            Location = 0,
            Scale = 1,
            Minimum = 0,
            Maximum = 0,
            ObservedShare = ObservedShare,
            LowerBound = _declared.Minimum,
            UpperBound = _declared.Maximum,
        };
        var values = Array.ConvertAll(_observed, row => CellValue.Number(_table, row, _column, schema));
        if (declared == ColumnType.Integer && Array.FindIndex(values, value => value != Math.Round(value)) is >= 0 and var broken)
        {
            throw new UserInputException(
                $"{_table.Source}, line {_table.Line(_observed[broken])}, column '{Name}': {Text(_observed[broken]).Trim()} is not a whole number, and the column is declared integer in {_declared.Origin}; correct it, or declare the column numeric.");
        }

        var (minimum, maximum) = (values.Min(), values.Max());
        var constant = minimum == maximum;
        var location = constant ? minimum : values.Average();
        var scale = constant ? 1 : Math.Sqrt(values.Average(v => (v - location) * (v - location)));
        if (!double.IsFinite(location) || !double.IsFinite(scale) || scale == 0)
        {
            throw new UserInputException($"{_table.Source}: column '{Name}' spans {minimum:G6} to {maximum:G6}, out of the range of double precision; rescale it.");
        }

        return schema with { Location = location, Scale = scale, Minimum = minimum, Maximum = maximum };
    }

    private void RequireVariable(string[] levels)
    {
        if (levels.Length > MostLevels || (levels.Length > FewLevels && 2 * levels.Length > _observed.Length))
        {
            throw new UserInputException(
                $"{_table.Source}: column '{Name}' has {levels.Length} different texts in {_observed.Length} cells ({Listed(levels)}), as names or numbers of the rows have; leave the column out, merge its levels, or, if it is a variable, say so in the configuration of fit (columns: {{{Name}: {{type: categorical}}}}).");
        }
    }

    private string[] Levels() => LevelNumbers.Collect(_observed.Select(Text));

    private string Text(int row) => _table.Text(row, _column);

    private double ObservedShare => _observed.Length / (double)_table.Rows;

    private static string Listed(string[] levels) => CellValue.Listed(levels, 3);
}
