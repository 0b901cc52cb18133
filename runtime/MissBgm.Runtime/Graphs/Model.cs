namespace MissBgm.Runtime.Graphs;

/// <summary>A worker's model: its sessions and sizes.</summary>
/// <param name="Sessions">The worker's sessions.</param>
/// <param name="LatentDimension">d.</param>
/// <param name="Columns">p.</param>
/// <param name="Members">M: models that the graphs hold, of which each row is told its own; 1 when the graphs are of a single model.</param>
internal sealed record Model(ModelSessions Sessions, int LatentDimension, int Columns, int Members = 1)
{
    /// <summary>The input that tells each row its member; none when there is a single model.</summary>
    internal GraphTensor[] MemberInput(float[] member) => Members == 1 ? [] : [new("member", member, member.Length)];
}
