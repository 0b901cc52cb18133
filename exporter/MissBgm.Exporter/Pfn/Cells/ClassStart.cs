using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>Where the class probabilities of query rows start.</summary>
/// <param name="Frequencies">Log frequencies of the classes in the context, [1, K].</param>
/// <param name="Scores">How each guess would change the log probabilities, [Q, K] each.</param>
internal sealed record ClassStart(Tensor Frequencies, Tensor[] Scores);
