using MissBgm.Service.Guards;

namespace MissBgm.Service.Models;

/// <summary>The models by name.</summary>
internal sealed class ModelShelf(ServeOptions options, ILogger<ModelShelf> logger) : IDisposable
{
    private readonly List<ServedModel> _models = [];

    /// <summary>The models, in the order in which they were named.</summary>
    internal IReadOnlyList<ServedModel> Models => _models;

    /// <summary>Loads all models.</summary>
    /// <exception cref="Runtime.MissBgmException">One of them cannot be loaded.</exception>
    internal void Load()
    {
        foreach (var place in options.Models)
        {
            var model = new ServedModel(place, options.Device);
            _models.Add(model);
            if (model.Loaded.Imputer.Note is { } note) logger.Noted(model.Name, note);
        }
    }

    /// <summary>A model by its name.</summary>
    /// <exception cref="Refusal">There is none of that name.</exception>
    internal ServedModel Find(string name) => _models.Find(model => model.Name == name) ?? throw new Refusal(
        StatusCodes.Status404NotFound, "no-model", $"There is no model '{name}'; there {(_models.Count == 1 ? "is" : "are")} "
        + $"{string.Join(", ", _models.Select(model => model.Name))}.");

    public void Dispose() => _models.ForEach(model => model.Dispose());
}
