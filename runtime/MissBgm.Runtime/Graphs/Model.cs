namespace MissBgm.Runtime.Graphs;

/// <summary>A worker's model: its sessions and sizes.</summary>
/// <param name="Sessions">The worker's sessions.</param>
/// <param name="LatentDimension">d.</param>
/// <param name="Columns">p.</param>
internal sealed record Model(ModelSessions Sessions, int LatentDimension, int Columns);
