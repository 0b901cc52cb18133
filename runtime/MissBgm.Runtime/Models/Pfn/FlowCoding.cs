using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// A table's columns as features of the network, and back (<see cref="GaussianCoding"/>). Numbers stay as they are. A binary or ordinal
/// column is one feature, a code for each level; back, a draw is the level whose cut-points enclose it. A categorical column is an
/// indicator of each level, and a missing cell hides them all; back, a draw is the level whose indicator is largest. That is a fair
/// reading: levels are the corners of a simplex, and the largest coordinate names the nearest corner, so a flow that puts its mass at the
/// corners in some proportion has its levels drawn in that proportion.
/// </summary>
internal sealed class FlowCoding
{
    private readonly GaussianCoding _coding;

    /// <param name="modelled">The columns that are modelled, [p].</param>
    /// <param name="room">Features the network has room for. A categorical column of more levels than half of it would crowd out all
    /// others: its levels are codes.</param>
    public FlowCoding(IReadOnlyList<ColumnSchema> modelled, int room)
    {
        bool Crowds(ColumnSchema column) => column.Type == ColumnType.Categorical && column.Levels!.Count > Math.Max(2, room / 2);
        _coding = new GaussianCoding([.. modelled.Select(column => Crowds(column) ? column with { Type = ColumnType.Ordinal } : column)], normal: false);
        Columns = modelled.Count;
        Crowded = [.. modelled.Where(Crowds).Select(column => column.Name)];
    }

    /// <summary>Number of columns, p.</summary>
    public int Columns { get; }

    /// <summary>Number of features.</summary>
    public int Features => _coding.Columns;

    /// <summary>The categorical columns whose levels are codes in their order.</summary>
    public IReadOnlyList<string> Crowded { get; }

    /// <summary>A table's features.</summary>
    public EncodedTable Encode(EncodedTable table) => _coding.Encode(table);

    /// <summary>The features of a column.</summary>
    public IEnumerable<int> Of(int column) => _coding.PlacesOf(column);

    /// <summary>A column's value in a row of features: the number as it is, or the level's number.</summary>
    public float Decode(ReadOnlySpan<float> row, int column) => _coding.Decode(row, column);

    /// <summary>The features in as few nearly equal parts as there is room for, a column's features together.</summary>
    /// <param name="order">The columns in the order in which to take them.</param>
    /// <param name="room">Most features of a part.</param>
    public IReadOnlyList<int[]> Parts(IReadOnlyList<int> order, int room)
    {
        var parts = (Features + room - 1) / room;
        var size = (Features + parts - 1) / parts;
        var result = new List<List<int>> { new() };
        foreach (var column in order)
        {
            var own = Of(column).ToArray();
            if (result[^1].Count >= size || result[^1].Count + own.Length > room) result.Add([]);
            result[^1].AddRange(own);
        }

        return [.. result.Select(part => part.ToArray())];
    }
}
