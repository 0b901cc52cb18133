using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>
/// Takes the levels of all discrete columns at once: from side by side, [N, L], to a matrix for each row, [N, columns, most levels], and
/// back.
/// </summary>
internal sealed class LevelGroups : IDisposable
{
    private static readonly Scalar Absent = -1e9;
    private readonly long[] _shape;
    private readonly Tensor _padded;
    private readonly Tensor _places;

    public LevelGroups(RowLayout layout, Device device)
    {
        var most = layout.Discrete.Max(column => column.Levels);
        _shape = [-1, layout.Discrete.Count, most];
        var (padded, places) = (new List<long>(), new List<long>());
        foreach (var (column, j) in layout.Discrete.Select((column, j) => (column, j)))
        {
            for (var level = 0; level < most; level++) padded.Add(level < column.Levels ? layout.Starts[j] - layout.Continuous + level : layout.Levels);
            for (var level = 0; level < column.Levels; level++) places.Add(j * most + level);
        }

        _padded = tensor(padded.ToArray(), ScalarType.Int64, device).DetachFromDisposeScope();
        _places = tensor(places.ToArray(), ScalarType.Int64, device).DetachFromDisposeScope();
    }

    /// <summary>A matrix for each row; very small where a column has no such level.</summary>
    public Tensor Pad(Tensor levels) => cat([levels, full_like(levels.narrow(1, 0, 1), Absent)], 1).index_select(1, _padded).view(_shape);

    /// <summary>The levels side by side again.</summary>
    public Tensor Flat(Tensor padded) => padded.reshape(-1, _shape[1] * _shape[2]).index_select(1, _places);

    /// <summary>One-hot of each column's largest level.</summary>
    public Tensor Largest(Tensor levels)
        => Flat(nn.functional.one_hot(Pad(levels).argmax(2), _shape[2]).to(levels.dtype));

    public void Dispose()
    {
        _padded.Dispose();
        _places.Dispose();
    }
}
