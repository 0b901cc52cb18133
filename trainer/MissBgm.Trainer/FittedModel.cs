using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Trainer;

/// <summary>A model that was fitted to a table: what <see cref="ModelFit"/> gives.</summary>
public sealed record FittedModel
{
    private readonly Action<string, Manifest> _write;

    internal FittedModel(Manifest manifest, Action<string, Manifest> write) => (Manifest, _write) = (manifest, write);

    /// <summary>
    /// What the bundle says of the model: columns, mechanism with its evidence, configuration, what was done. Its files are listed when it
    /// is written.
    /// </summary>
    public Manifest Manifest { get; init; }

    /// <summary>Writes the model as a bundle. It appears at its path complete or not at all; a bundle that is there already is replaced only then.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <exception cref="NumericalException">A parameter is not finite; the message names it.</exception>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public void Write(string path) => _write(path, Manifest);
}
