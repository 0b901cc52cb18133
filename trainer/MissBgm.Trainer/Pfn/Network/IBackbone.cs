using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>The transformer of a PFN-Flow network: what its tokens are and what attends to what.</summary>
internal interface IBackbone
{
    /// <summary>Width of a column's random identity, by which columns alike are told apart; 0 where it takes none.</summary>
    int IdentityWidth { get; }

    /// <summary>Embeddings of a table's rows, and of its cells where tokens are cells.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="values">Standardised values, [B, n, f] with f up to F; not read where missing.</param>
    /// <param name="observed">[B, n, f].</param>
    /// <param name="labels">Classes of the context rows, [B, c], int64.</param>
    /// <param name="labelled">1 for tasks whose labels are shown, else 0, [B, 1, 1].</param>
    /// <param name="identity">Standard normal numbers for each column, [B, f, <see cref="IdentityWidth"/>]; null where that is 0.</param>
    Encoding Encode(Tensor[] parameters, Tensor values, Tensor observed, Tensor labels, Tensor labelled, Tensor? identity = null);

    /// <summary>Log probabilities of the classes, [B, q, K]; classes a task does not have get next to none.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="queries">The query rows of what the backbone made of the tables.</param>
    /// <param name="classes">Number of classes of each task, [B].</param>
    Tensor LogProbabilities(Tensor[] parameters, Encoding queries, Tensor classes);
}
