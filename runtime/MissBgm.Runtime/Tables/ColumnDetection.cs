using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Finds a column's type, levels and scaling from a training table's observed cells and from what the user says about it; or that it takes
/// no part in the model.
/// </summary>
internal sealed class ColumnDetection
{
    // With fewer observed cells nothing can be learned of a column.
    private const int FewestCells = 3;

    private readonly Table _table;
    private readonly int _column;
    private readonly TypeDetection _detection;
    private readonly ColumnDeclaration _declared;
    private readonly int[] _observed;
    private readonly ObservedTexts _texts;

    private ColumnDetection(Table table, int column, ColumnDeclarations declarations)
    {
        (_table, _column, _detection) = (table, column, declarations.Detection);
        _declared = declarations.Columns.GetValueOrDefault(Name) ?? new ColumnDeclaration();
        _texts = table.Observed(column);
        _observed = _texts.Rows;
    }

    private string Name => _table.Header[_column];

    // A role or a type that is declared takes the column into the model whatever it looks like.
    private bool IsWanted =>
        _declared.Type is not null || _declared.Levels is not null || _declared.Minimum is not null || _declared.Maximum is not null
            || _declared.Role is not null;

    /// <summary>Describes one column: its schema, or why it is carried through.</summary>
    /// <exception cref="UserInputException">A cell is not a value of the column, or the declaration cannot be met.</exception>
    internal static (ColumnSchema? Schema, CarriedColumn? Carried) Describe(Table table, int column, ColumnDeclarations declarations)
    {
        var detection = new ColumnDetection(table, column, declarations);
        if (detection.Carried() is { } reason) return (null, new CarriedColumn(detection.Name, reason));
        var schema = detection.Schema();
        var withRole = schema with { Role = detection._declared.Role ?? ColumnRole.Both, ObservedCells = detection._observed.Length };
        return schema.IsConstant && !detection.IsWanted && detection._detection == TypeDetection.Full
            ? (null, new CarriedColumn(detection.Name, CarriedReason.Constant))
            : (withRole, null);
    }

    private CarriedReason? Carried()
    {
        if (_declared.Role is ColumnRole.Id or ColumnRole.Ignore) return CarriedReason.Declared;
        if (_observed.Length == 0)
        {
            return IsWanted || _detection == TypeDetection.Off
                ? throw new UserInputException($"{_table.Source}: column '{Name}' has no observed value; leave the column out, or supply values.")
                : CarriedReason.Empty;
        }

        if (IsWanted || _detection == TypeDetection.Off) return null;
        if (_observed.Length < FewestCells && _table.Rows > 2 * FewestCells) return CarriedReason.Rare;
        if (RowNames.IsKey(Name, _table.Rows, _texts)) return CarriedReason.Key;
        return IsText ? RowNames.NoLevels(_texts) : null;
    }

    private ColumnSchema Schema()
    {
        var type = _declared.Type ?? (_detection == TypeDetection.Full ? Guess() : null);
        return type is ColumnType.Binary or ColumnType.Ordinal or ColumnType.Categorical ? Discrete(type.Value) : Continuous(type);
    }

    // Null leaves it to the numbers whether they are whole.
    private ColumnType? Guess()
    {
        if (_declared.Minimum is not null || _declared.Maximum is not null) return null;
        if (IsText) return Levels().Length == 2 ? ColumnType.Binary : ColumnType.Categorical;
        return NumberText.AreZeroAndOne(_texts) ? ColumnType.Binary : null;
    }

    // A few texts amid many numbers are at fault; many are a column of texts of which some are numbers, as tickets and house numbers.
    private bool IsText
    {
        get
        {
            if (_table.Notation(_column) is { } notation && _texts.All(text => notation.TryParse(text, out _))) return false;
            var others = _texts.Where(text => !NumberText.IsNumberLike(text)).ToArray();
            return 2 * others.Length > _texts.Count || others.Distinct(StringComparer.Ordinal).Count() > Math.Max(5, _texts.Count / 20);
        }
    }

    private ColumnSchema Discrete(ColumnType type)
    {
        var levels = _declared.Levels?.Select(level => level.Trim()).ToArray() ?? Levels();
        if (type == ColumnType.Binary && levels.Length > 2)
        {
            throw new UserInputException(
                $"{_table.Source}: column '{Name}' has {levels.Length} levels ({Listed(levels)}) and is declared binary in "
                + $"{_declared.Origin}; declare it categorical or ordinal, or correct the cells.");
        }

        var schema = new ColumnSchema
        {
            Name = Name,
            Type = type,
            Location = 0,
            Scale = 1,
            Minimum = 0,
            Maximum = levels.Length - 1,
            ObservedShare = ObservedShare,
            Levels = levels,
        };
        var values = Levels(schema);
        var (minimum, maximum) = (values.Min(), values.Max());
        double[] shares = [.. levels.Select((_, level) => values.Count(value => value == level) / (double)values.Length)];
        return schema with { Location = minimum == maximum ? minimum : 0, Minimum = minimum, Maximum = maximum, LevelShares = shares };
    }

    private ColumnSchema Continuous(ColumnType? declared)
    {
        var notation = _table.Notation(_column);
        var schema = new ColumnSchema
        {
            Name = Name,
            Type = ColumnType.Numeric,
            Location = 0,
            Scale = 1,
            Minimum = 0,
            Maximum = 0,
            ObservedShare = ObservedShare,
            LowerBound = _declared.Minimum,
            UpperBound = _declared.Maximum,
            Notation = notation == Notation.Plain ? null : notation,
        };
        var values = Numbers(schema);
        if (declared == ColumnType.Integer && Array.FindIndex(values, value => value != Math.Round(value)) is >= 0 and var broken)
        {
            throw new UserInputException(
                $"{_table.Source}, line {_table.Line(_observed[broken])}, column '{Name}': {_texts[broken].Trim()} is not a whole "
                + $"number, and the column is declared integer in {_declared.Origin}; correct it, or declare the column numeric.");
        }

        // 1.0 is written as a real number on purpose, and so is 1,0.
        var whole = notation.IsDate || notation.Unit.Length > 0 || notation.Thousands is not null
            ? Array.TrueForAll(values, value => value == Math.Round(value)) && notation.Decimals is null or 0
            : _texts.All(NumberText.IsWhole);
        var (minimum, maximum) = (values.Min(), values.Max());
        var constant = minimum == maximum;
        var sorted = values.Order().ToArray();
        var plausible = PlausibleRange.Of(sorted);
        var kept = plausible is { } range ? Array.FindAll(values, range.Contains) : values;
        var location = constant ? minimum : kept.Average();
        var scale = constant ? 1 : Math.Sqrt(kept.Average(v => (v - location) * (v - location)));
        if (!double.IsFinite(location) || !double.IsFinite(scale) || scale == 0)
        {
            throw new UserInputException(
                $"{_table.Source}: column '{Name}' spans {minimum:G6} to {maximum:G6}, out of the range of double precision; rescale it.");
        }

        var type = declared ?? (whole && _detection == TypeDetection.Full ? ColumnType.Integer : ColumnType.Numeric);
        return schema with
        {
            Type = type,
            Location = location,
            Scale = scale,
            Minimum = minimum,
            Maximum = maximum,
            Plausible = plausible,
            Quartiles = new Quartiles(Quantile.OfSorted<double>(sorted, 0.25), Quantile.OfSorted<double>(sorted, 0.75)),
        };
    }

    // Levels that are declared are all there are.
    private double[] Levels(ColumnSchema schema)
    {
        var reader = new ColumnReader(_table, _column, schema);
        var values = Array.ConvertAll(_observed, row => reader.Read(row) ?? -1);
        if (Array.IndexOf(values, -1) is not (>= 0 and var fault)) return values;
        var numbers = new LevelNumbers(schema.Levels!);
        _ = CellValue.Level(_table, _observed[fault], _column, schema, numbers);
        return values;
    }

    private double[] Numbers(ColumnSchema schema)
    {
        var reader = new ColumnReader(_table, _column, schema);
        var values = Array.ConvertAll(_observed, row => reader.Read(row) ?? double.NaN);
        reader.Throw();
        return values;
    }

    private string[] Levels() => LevelNumbers.Collect(_texts);

    private double ObservedShare => _observed.Length / (double)_table.Rows;

    private static string Listed(string[] levels) => CellValue.Listed(levels, 3);
}
