using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Graphs;

/// <summary>A worker's model: its sessions and sizes.</summary>
/// <param name="Sessions">The worker's sessions.</param>
/// <param name="LatentDimension">d.</param>
/// <param name="Columns">p.</param>
/// <param name="Discrete">The discrete columns, the last of the columns.</param>
/// <param name="Members">M: models that the graphs hold, of which each row is told its own; 1 when the graphs are of a single
/// model.</param>
internal sealed record Model(ModelSessions Sessions, int LatentDimension, int Columns, IReadOnlyList<DiscreteColumn> Discrete, int Members = 1)
{
    /// <summary>Number of continuous columns, c.</summary>
    internal int Continuous => Columns - Discrete.Count;

    /// <summary>Sum of the discrete columns' levels, L.</summary>
    internal int Levels { get; } = Discrete.Sum(column => column.Levels);

    /// <summary>Each discrete column's place among the columns, and of its first level among the levels.</summary>
    internal IReadOnlyList<(int Column, int Start, int Count)> Groups { get; } =
        [.. Discrete.Select((column, j) => (Columns - Discrete.Count + j, Discrete.Take(j).Sum(other => other.Levels), column.Levels))];

    /// <summary>The input that tells each row its member; none when there is a single model.</summary>
    internal GraphTensor[] MemberInput(float[] member) => Members == 1 ? [] : [new("member", member, member.Length)];
}
