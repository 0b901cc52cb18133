namespace MissBgm.Runtime.Tables;

/// <summary>The columns of a training table, and the way between their original units and the model's standardised ones.</summary>
public sealed class TableSchema
{
    // Where each column stands among the modelled ones; -1 if it is constant.
    private readonly int[] _encoded;

    /// <param name="columns">The columns in the training table's order.</param>
    public TableSchema(IReadOnlyList<ColumnSchema> columns)
    {
        Columns = columns;
        var modelled = Enumerable.Range(0, columns.Count).Where(c => !columns[c].IsConstant).OrderBy(c => columns[c].IsDiscrete).ToArray();
        Modelled = Array.ConvertAll(modelled, c => columns[c]);
        _encoded = Enumerable.Range(0, columns.Count).Select(c => Array.IndexOf(modelled, c)).ToArray();
    }

    /// <summary>All columns, in the training table's order.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; }

    /// <summary>The columns the model sees, [p]: those that are not constant, the numeric and integer ones before the discrete ones.</summary>
    public IReadOnlyList<ColumnSchema> Modelled { get; }

    /// <summary>The discrete columns among <see cref="Modelled"/>.</summary>
    public IReadOnlyList<DiscreteColumn> Discrete => [.. Modelled.Where(c => c.IsDiscrete).Select(c => new DiscreteColumn(c.Levels!.Count, c.Type == ColumnType.Ordinal))];

    /// <summary>Finds each column's type, levels and scaling from a training table's observed cells.</summary>
    /// <param name="table">The training table.</param>
    /// <param name="declarations">What is known of the columns beforehand; nothing if null.</param>
    /// <exception cref="UserInputException">A cell that is not a value of its column, a column entirely missing, texts that cannot be levels, or no column that varies.</exception>
    public static TableSchema Detect(Table table, ColumnDeclarations? declarations = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var schema = new TableSchema(Enumerable.Range(0, table.Columns).Select(c => ColumnDetection.Describe(table, c, declarations ?? new ColumnDeclarations())).ToArray());
        return schema.Modelled.Count > 0
            ? schema
            : throw new UserInputException($"{table.Source}: every column has one value throughout; there is nothing to model.");
    }

    /// <summary>The position in a table of each of <see cref="Columns"/>, matched by name in whatever order.</summary>
    /// <exception cref="UserInputException">Columns are missing or unknown; the message names them.</exception>
    public int[] Locate(Table table) => Match([.. Columns.Select(c => c.Name)], table);

    /// <summary>The position in a table of each of a training table's columns, by name.</summary>
    /// <param name="names">The columns.</param>
    /// <param name="table">The table.</param>
    /// <param name="besides">A column that the table may have besides; null for none.</param>
    /// <exception cref="UserInputException">Columns are missing or unknown; the message names them.</exception>
    internal static int[] Match(IReadOnlyList<string> names, Table table, string? besides = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var header = table.Header.ToList();
        var missing = names.Except(header, StringComparer.Ordinal).ToArray();
        var extra = header.Except(names, StringComparer.Ordinal).Where(name => name != besides).ToArray();
        var places = header.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
        if (missing.Length + extra.Length == 0) return [.. names.Select(name => places[name])];

        var faults = new List<string>();
        if (missing.Length > 0) faults.Add($"lacks {Names(missing)} (add {(missing.Length == 1 ? "it" : "them")}, empty where unknown)");
        if (extra.Length > 0) faults.Add($"has {Names(extra)}, unknown to the model (leave {(extra.Length == 1 ? "it" : "them")} out)");
        throw new UserInputException($"{table.Source}: the columns differ from the training table's: the table {string.Join(" and ", faults)}. The order does not matter.");
    }

    /// <summary>
    /// A table's modelled columns as the model sees them: (value - Location) / Scale of numbers, the level's number in discrete columns, 0 where missing.
    /// </summary>
    /// <exception cref="UserInputException">Columns differ from the training table's, or a cell is not a value of its column.</exception>
    public EncodedTable Encode(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var positions = Locate(table);
        var values = new float[table.Rows * Modelled.Count];
        var observed = new float[table.Rows * Modelled.Count];
        for (var c = 0; c < positions.Length; c++)
        {
            var (schema, encoded) = (Columns[c], _encoded[c]);
            var numbers = schema.IsDiscrete ? new LevelNumbers(schema.Levels!) : null;
            for (var row = 0; row < table.Rows; row++)
            {
                if (table.IsMissing(row, positions[c])) continue;
                // Constant columns are read too: what is not a value must not pass.
                var value = numbers is null ? CellValue.Number(table, row, positions[c], schema) : CellValue.Level(table, row, positions[c], schema, numbers);
                if (encoded < 0) continue;
                values[row * Modelled.Count + encoded] = Standardise(table, row, positions[c], value, schema);
                observed[row * Modelled.Count + encoded] = 1;
            }
        }

        return new EncodedTable(table.Rows, Modelled.Count, values, observed) { Discrete = Discrete };
    }

    /// <summary>The schema with other descriptions of its modelled columns, in the order of <see cref="Modelled"/>.</summary>
    internal TableSchema With(IReadOnlyList<ColumnSchema> modelled) => new([.. Columns.Select((column, c) => _encoded[c] < 0 ? column : modelled[_encoded[c]])]);

    /// <summary>The position in a table of each of <see cref="Modelled"/>.</summary>
    /// <param name="positions">As <see cref="Locate"/> gives them.</param>
    internal int[] LocateModelled(int[] positions) =>
        Enumerable.Range(0, Columns.Count).Where(c => _encoded[c] >= 0).OrderBy(c => _encoded[c]).Select(c => positions[c]).ToArray();

    /// <summary>A standardised value in original units.</summary>
    /// <param name="column">Index into <see cref="Modelled"/>.</param>
    /// <param name="standardised">The value as the model sees it.</param>
    public double Decode(int column, double standardised) => Modelled[column].Location + Modelled[column].Scale * standardised;

    private static float Standardise(Table table, int row, int column, double value, ColumnSchema schema)
    {
        var standardised = (float)((value - schema.Location) / schema.Scale);
        // The gradients square it.
        return Math.Abs(standardised) < 1e12f
            ? standardised
            : throw new UserInputException(
                $"{table.Source}, line {table.Line(row)}, column '{schema.Name}': {table.Text(row, column)} is more than 1e12 standard deviations from the training table's mean {schema.Location:G6}; correct it or leave it empty.");
    }

    private static string Names(string[] names) =>
        (names.Length == 1 ? "the column " : "the columns ") + string.Join(", ", names.Take(10).Select(n => $"'{n}'")) + (names.Length > 10 ? $" and {names.Length - 10} more" : "");
}
