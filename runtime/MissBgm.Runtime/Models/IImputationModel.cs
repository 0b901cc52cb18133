using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>A loaded model of whatever family, as imputation sees it. Used by any number of threads.</summary>
internal interface IImputationModel : IDisposable
{
    /// <summary>Where the model was loaded from.</summary>
    string Path { get; }

    /// <summary>How the model is meant to be sampled.</summary>
    InferenceSettings Inference { get; }

    /// <summary>How tables are read where the user says nothing.</summary>
    ReadOptions Reading { get; }

    /// <summary>The bundle of a fitted model; null for a pretrained one, which takes each table's own columns.</summary>
    Bundle? Bundle { get; }

    /// <summary>What is to be told of a manifest of a newer minor format; null of others.</summary>
    string? Note { get; }

    /// <summary>Whether draws come from chains, whose convergence can be judged.</summary>
    bool DrawsChains { get; }

    /// <summary>What the bundle holds.</summary>
    ModelDescription Describe();

    /// <summary>What a run will need at most, in plain words; null where that hangs on the table.</summary>
    string? MemoryNote(InferenceSettings settings, ImputeOptions options);

    /// <summary>Checks and encodes a table, and does what has to be done before its rows can be imputed.</summary>
    /// <param name="table">The table.</param>
    /// <param name="settings">Refinement and sampling, checked.</param>
    /// <param name="options">The rest; its rows are a part of the table.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The table does not fit the model, or an option is out of range or of no use to the model.</exception>
    IImputationRun Begin(Table table, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation);
}
