namespace MissBgm.Runtime.Tables;

/// <summary>The columns of a training table, and the way between their original units and the model's standardised ones.</summary>
public sealed class TableSchema
{
    // Where each column stands among the modelled ones; -1 if it is constant.
    private readonly int[] _encoded;

    /// <param name="columns">The columns that are modelled or constant, in the training table's order.</param>
    /// <param name="carried">The columns that take no part.</param>
    public TableSchema(IReadOnlyList<ColumnSchema> columns, IReadOnlyList<CarriedColumn>? carried = null)
    {
        Columns = columns;
        Carried = carried ?? [];
        var modelled = Enumerable.Range(0, columns.Count).Where(c => !columns[c].IsConstant).OrderBy(c => columns[c].IsDiscrete).ToArray();
        Modelled = Array.ConvertAll(modelled, c => columns[c]);
        _encoded = Enumerable.Range(0, columns.Count).Select(c => Array.IndexOf(modelled, c)).ToArray();
    }

    /// <summary>All columns but those that take no part, in the training table's order.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; }

    /// <summary>The columns that are carried through untouched.</summary>
    public IReadOnlyList<CarriedColumn> Carried { get; }

    /// <summary>The columns the model sees, [p]: those that are not constant, the numeric and integer ones before the discrete ones.</summary>
    public IReadOnlyList<ColumnSchema> Modelled { get; }

    /// <summary>The discrete columns among <see cref="Modelled"/>.</summary>
    public IReadOnlyList<DiscreteColumn> Discrete =>
        [.. Modelled.Where(c => c.IsDiscrete).Select(c => new DiscreteColumn(c.Levels!.Count, c.Type == ColumnType.Ordinal))];

    /// <summary>Finds each column's type, levels and scaling from a training table's observed cells.</summary>
    /// <param name="table">The training table.</param>
    /// <param name="declarations">What is known of the columns beforehand; nothing if null.</param>
    /// <exception cref="UserInputException">Cells that are not values of their column, a declaration that cannot be met, or no column to
    /// model; the message names all faults.</exception>
    public static TableSchema Detect(Table table, ColumnDeclarations? declarations = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var faults = new Faults(table.Source);
        var (columns, carried) = (new List<ColumnSchema>(), new List<CarriedColumn>());
        for (var c = 0; c < table.Columns; c++)
        {
            var column = c;
            faults.Try(() =>
            {
                var (described, aside) = ColumnDetection.Describe(table, column, declarations ?? new ColumnDeclarations());
                if (described is not null) columns.Add(described);
                else carried.Add(aside!);
            });
        }

        faults.Throw();
        var schema = new TableSchema(columns, carried);
        if (schema.Modelled.Count > 0) return schema;
        var why = carried.Exists(column => column.Reason is not (CarriedReason.Constant or CarriedReason.Empty))
            ? "every column names the rows, is constant or empty, or is to be left alone"
            : "every column has one value throughout";
        throw new UserInputException($"{table.Source}: {why}; there is nothing to model.");
    }

    /// <summary>The position in a table of each of <see cref="Columns"/>, matched by name in whatever order; other columns do not matter.</summary>
    /// <exception cref="UserInputException">Columns are missing; the message names them.</exception>
    public int[] Locate(Table table) => Match([.. Columns.Select(c => c.Name)], table);

    /// <summary>The columns of a table that neither take part nor were seen in training: they are carried through.</summary>
    public IReadOnlyList<string> Unknown(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return
        [
            .. table.Header.Except(Columns.Select(column => column.Name), StringComparer.Ordinal)
                .Except(Carried.Select(column => column.Name), StringComparer.Ordinal),
        ];
    }

    /// <summary>The position in a table of each of a training table's columns, by name.</summary>
    /// <exception cref="UserInputException">Columns are missing; the message names them.</exception>
    internal static int[] Match(IReadOnlyList<string> names, Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var positions = table.Header.Select((name, i) => (name, i)).ToDictionary(column => column.name, column => column.i, StringComparer.Ordinal);
        var missing = names.Where(name => !positions.ContainsKey(name)).ToArray();
        if (missing.Length == 0) return [.. names.Select(name => positions[name])];
        var extra = table.Header.Except(names, StringComparer.Ordinal).ToArray();
        var hint = extra.Length > 0 ? $" It has {Names(extra)} besides, which the training table had not." : "";
        throw new UserInputException(
            $"{table.Source}: the table lacks {Names(missing)}, which the training table had; add "
            + $"{(missing.Length == 1 ? "it" : "them")}, empty where unknown. The order does not matter.{hint}");
    }

    /// <summary>
    /// A table's modelled columns as the model sees them: (value - Location) / Scale of numbers, the level's number in discrete columns, 0
    /// where missing. A level that the training table does not have counts as missing, and so do implausible numbers and all cells of a
    /// column that predicts no other.
    /// </summary>
    /// <exception cref="UserInputException">Columns are missing, or cells are not values of their column; the message names all faults.</exception>
    public EncodedTable Encode(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var positions = Locate(table);
        var values = new float[table.Rows * Modelled.Count];
        var observed = new float[table.Rows * Modelled.Count];
        var unseen = new Dictionary<string, UnseenLevels>(StringComparer.Ordinal);
        var faults = new Faults(table.Source);
        for (var c = 0; c < positions.Length; c++)
        {
            var (schema, encoded, position) = (Columns[c], _encoded[c], positions[c]);
            faults.Try(() =>
            {
                var reader = new ColumnReader(table, position, schema);
                for (var row = 0; row < table.Rows; row++)
                {
                    // Constant columns are read too: what is not a value must not pass.
                    if (table.IsMissing(row, position) || reader.Read(row) is not { } value || encoded < 0 || schema.Role == ColumnRole.ImputeOnly) continue;
                    if (schema.Plausible?.Contains(value) == false) continue;
                    values[row * Modelled.Count + encoded] = Standardise(table, row, position, value, schema);
                    observed[row * Modelled.Count + encoded] = 1;
                }

                reader.Throw();
                if (reader.Unseen is { } levels) unseen.Add(schema.Name, levels);
            });
        }

        faults.Throw();
        return new EncodedTable(table.Rows, Modelled.Count, values, observed) { Discrete = Discrete, Unseen = unseen };
    }

    /// <summary>The schema with other descriptions of its modelled columns, in the order of <see cref="Modelled"/>.</summary>
    internal TableSchema With(IReadOnlyList<ColumnSchema> modelled) =>
        new([.. Columns.Select((column, c) => _encoded[c] < 0 ? column : modelled[_encoded[c]])], Carried);

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
                $"{table.Source}, line {table.Line(row)}, column '{schema.Name}': {table.Text(row, column)} is more than 1e12 "
                + $"standard deviations from the training table's mean {schema.Location:G6}; correct it or leave it empty.");
    }

    private static string Names(string[] names) =>
        (names.Length == 1 ? "the column " : "the columns ") + string.Join(", ", names.Take(10).Select(n => $"'{n}'"))
            + (names.Length > 10 ? $" and {names.Length - 10} more" : "");
}
