using System.Globalization;
using Microsoft.OpenApi;
using MissBgm.Runtime;

namespace MissBgm.Service.Requests;

/// <summary>An option of a request, in the address's query: named as on the command line.</summary>
/// <typeparam name="T">What the options of the request are gathered in.</typeparam>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its values are, for the description of the service.</param>
/// <param name="Description">What it does.</param>
/// <param name="Set">Puts a text into the options.</param>
internal sealed record QueryOption<T>(string Name, JsonSchemaType Type, string Description, Func<T, string, T> Set)
{
    /// <summary>Its values, where they are few.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether it may be given several times.</summary>
    internal bool IsMany { get; init; }
}

/// <summary>Reads the options of a request.</summary>
internal static class QueryOptions
{
    /// <summary>Reads all that the query has.</summary>
    /// <exception cref="UserInputException">One is unknown, given twice, or has a value that it cannot have.</exception>
    internal static T Read<T>(IQueryCollection query, IReadOnlyList<QueryOption<T>> known, T options)
    {
        foreach (var (name, values) in query)
        {
            var option = known.FirstOrDefault(option => option.Name == name)
                ?? throw new UserInputException($"There is no option '{name}'; there are {string.Join(", ", known.Select(option => option.Name))}.");
            if (values.Count > 1 && !option.IsMany) throw new UserInputException($"The option {name} is given {values.Count} times; give it once.");
            foreach (var value in values) options = option.Set(options, value ?? "");
        }

        return options;
    }

    internal static int Whole(string name, string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new UserInputException($"The option {name} is '{text}'; allowed is a whole number.");

    internal static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new UserInputException($"The option seed is '{text}'; allowed is a whole number from 0 to {ulong.MaxValue}.");

    internal static double Number(string name, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new UserInputException($"The option {name} is '{text}'; allowed is a number.");

    /// <summary>A switch: <c>?map-only</c>, <c>?map-only=true</c>, <c>?map-only=false</c>.</summary>
    internal static bool Switch(string name, string text) => text switch
    {
        "" or "true" => true,
        "false" => false,
        _ => throw new UserInputException($"The option {name} is '{text}'; allowed are true and false."),
    };

    internal static string OneOf(string name, string text, params ReadOnlySpan<string> choices) =>
        choices.Contains(text) ? text : throw new UserInputException($"The option {name} is '{text}'; allowed are {string.Join(", ", choices!)}.");
}
