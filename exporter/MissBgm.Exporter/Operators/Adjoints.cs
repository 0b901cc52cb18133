using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>
/// Lazy adjoints: an adjoint's shape need only broadcast to that of the tensor it belongs to. A sum's adjoint is thus passed on as it is, and
/// is spread out only where an operator needs every element.
/// </summary>
internal static class Adjoints
{
    /// <summary>The adjoint with axes of size 1 put in front, up to a rank.</summary>
    public static Tensor WithRank(Tensor adjoint, int rank) =>
        adjoint.Shape.Rank == rank ? adjoint : adjoint.Reshape(adjoint.Shape.PadTo(rank));

    /// <summary>The adjoint spread out to a shape, whose named sizes are those of <paramref name="reference"/>.</summary>
    public static Tensor Materialize(Tensor adjoint, Shape shape, Tensor reference)
    {
        if (adjoint.Shape.Equals(shape)) return adjoint;
        if (shape.Equals(reference.Shape)) return adjoint.ExpandAs(reference);
        var sizes = shape.Select((dimension, axis) => dimension.IsOne ? adjoint.Graph.Integers(1) : Layout.Sizes(reference).Slice(0, axis, axis + 1));
        return Graph.Apply(new Expand(shape), adjoint, sizes.ToArray().Concat(0));
    }

    /// <summary>The adjoint of an operand from that of the result it was broadcast to: summed over the axes along which it was repeated.</summary>
    /// <param name="adjoint">The result's adjoint.</param>
    /// <param name="result">The result.</param>
    /// <param name="operand">The operand's shape.</param>
    public static Tensor SumTo(Tensor adjoint, Tensor result, Shape operand)
    {
        var rank = result.Shape.Rank;
        var target = operand.PadTo(rank);
        for (var axis = 0; axis < rank; axis++)
        {
            if (!target[axis].IsOne || result.Shape[axis].IsOne) continue;
            var ranked = WithRank(adjoint, rank);
            adjoint = ranked.Shape[axis].IsOne ? ranked * result.Length(axis) : ranked.Sum(axis, keepAxis: true);
        }

        return Drop(adjoint, operand);
    }

    // Leading axes of size 1 that the operand does not have.
    private static Tensor Drop(Tensor adjoint, Shape operand) => adjoint.Shape.Rank <= operand.Rank
        ? adjoint
        : adjoint.Reshape([.. adjoint.Shape.Skip(adjoint.Shape.Rank - operand.Rank)]);
}
