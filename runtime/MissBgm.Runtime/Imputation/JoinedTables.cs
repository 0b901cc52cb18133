using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>A training table and, below it, a test table without its target: the columns that are used, then the target.</summary>
internal sealed class JoinedTables
{
    private readonly Dictionary<string, int> _unseen = new(StringComparer.Ordinal);

    /// <param name="train">The training table.</param>
    /// <param name="rows">Its rows that are used.</param>
    /// <param name="test">The test table.</param>
    /// <param name="target">The target's column.</param>
    /// <param name="used">The columns that are used besides, as the training table has them.</param>
    /// <exception cref="UserInputException">The test table lacks a column, or a cell of a column of numbers is none.</exception>
    public JoinedTables(Table train, int[] rows, Table test, string target, ColumnSchema[] used)
    {
        string[] names = [.. used.Select(column => column.Name)];
        var (inTrain, inTest) = (TableSchema.Match([.. names, target], train), TableSchema.Match(names, test));
        for (var c = 0; c < used.Length; c++) _ = test.Notation(inTest[c], train.Notation(inTrain[c]));
        var cells = new List<string>((rows.Length + test.Rows) * (used.Length + 1));
        foreach (var row in rows)
        {
            foreach (var column in inTrain) cells.Add(train.IsMissing(row, column) ? "" : Cell(train, row, column));
        }

        for (var row = 0; row < test.Rows; row++)
        {
            for (var c = 0; c < used.Length; c++) cells.Add(test.IsMissing(row, inTest[c]) ? "" : Seen(test, row, inTest[c], used[c]));
            cells.Add("");
        }

        Table = Table.FromText([.. names, target], cells, MissingTokens.Default, $"{train.Source} and {test.Source}");
        Columns = new ColumnDeclarations
        {
            Columns = used.Select(column => (column.Name, new ColumnDeclaration { Type = column.Type, Levels = column.Levels }))
                .Append((target, new ColumnDeclaration { Type = ColumnType.Numeric }))
                .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal),
        };

        string Cell(Table table, int row, int column) =>
            column == inTrain[^1] || !used[Array.IndexOf(inTrain, column)].IsDiscrete ? Plain(table, row, column) : table.Text(row, column).Trim();
    }

    /// <summary>The joined rows: the training table's, then the test table's.</summary>
    public Table Table { get; }

    /// <summary>What the columns are.</summary>
    public ColumnDeclarations Columns { get; }

    /// <summary>Cells of the test table with a level that the training table does not have, counted by column.</summary>
    public IReadOnlyDictionary<string, int> Unseen => _unseen;

    private string Seen(Table test, int row, int column, ColumnSchema schema)
    {
        if (!schema.IsDiscrete) return Plain(test, row, column);
        var text = test.Text(row, column).Trim();
        if (schema.Levels!.Contains(text)) return text;
        _unseen[schema.Name] = _unseen.GetValueOrDefault(schema.Name) + 1;
        return "";
    }

    // Numbers as every table writes them, whatever the notations of the two.
    private static string Plain(Table table, int row, int column) => $"{table.Number(row, column):R}";
}
