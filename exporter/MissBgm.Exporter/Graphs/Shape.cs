using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MissBgm.Exporter.Graphs;

/// <summary>One axis of a tensor: a known size, or a name such as "N" for a size that the caller of the emitted graph chooses.</summary>
public readonly record struct Dimension
{
    private Dimension(long? size, string? name) => (Size, Name) = (size, name);

    /// <summary>The size when it is known.</summary>
    public long? Size { get; }

    /// <summary>The name when the size is not known.</summary>
    public string? Name { get; }

    /// <summary>Whether the axis is known to have a single position, and so broadcasts.</summary>
    public bool IsOne => Size == 1;

    /// <summary>A known size.</summary>
    public static implicit operator Dimension(long size) =>
        size >= 0 ? new(size, null) : throw new ArgumentOutOfRangeException(nameof(size), size, "A dimension is not negative.");

    /// <summary>A named size.</summary>
    public static implicit operator Dimension(string name) => new(null, name);

    /// <inheritdoc />
    public override string ToString() => Name ?? $"{Size}";
}

/// <summary>The axes of a tensor, outermost first.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<Dimension>, IEquatable<Shape>
{
    private readonly ImmutableArray<Dimension> _dimensions;

    private Shape(ImmutableArray<Dimension> dimensions) => _dimensions = dimensions;

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Number of axes.</summary>
    public int Rank => _dimensions.Length;

    /// <inheritdoc />
    public int Count => _dimensions.Length;

    /// <summary>Number of elements when every axis is known.</summary>
    public long? Size => _dimensions.Aggregate((long?)1, (product, dimension) => product * dimension.Size);

    /// <inheritdoc />
    public Dimension this[int axis] => _dimensions[axis];

    /// <summary>A shape of the given axes.</summary>
    public static Shape Create(ReadOnlySpan<Dimension> dimensions) => new([.. dimensions]);

    /// <summary>The axis counted from the front; negative axes count from the back, as in ONNX.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public int Axis(int axis) => axis >= -Rank && axis < Rank
        ? (axis + Rank) % Rank
        : throw new GraphException($"axis {axis} does not exist in {this}");

    /// <summary>This shape with one axis replaced.</summary>
    public Shape With(int axis, Dimension dimension) => new(_dimensions.SetItem(axis, dimension));

    /// <summary>This shape with axes of size 1 in front, up to <paramref name="rank"/>.</summary>
    public Shape PadTo(int rank) => new([.. Enumerable.Repeat((Dimension)1, Math.Max(0, rank - Rank)), .. _dimensions]);

    /// <summary>The common shape of an elementwise operation, by ONNX's (NumPy's) broadcasting.</summary>
    /// <exception cref="GraphException">The shapes do not broadcast.</exception>
    public static Shape Broadcast(Shape a, Shape b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        var (left, right) = (a.PadTo(rank), b.PadTo(rank));
        return new([.. left.Zip(right, (x, y) => x == y || y.IsOne ? x : x.IsOne ? y : throw new GraphException($"{a} and {b} do not broadcast"))]);
    }

    /// <inheritdoc />
    public bool Equals(Shape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions.AsSpan());

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc />
    public override int GetHashCode() => _dimensions.Aggregate(Rank, HashCode.Combine);

    /// <inheritdoc />
    public IEnumerator<Dimension> GetEnumerator() => ((IEnumerable<Dimension>)_dimensions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(", ", _dimensions)}]";
}
