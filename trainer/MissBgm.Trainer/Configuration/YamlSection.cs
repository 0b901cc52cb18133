using System.Globalization;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MissBgm.Trainer.Configuration;

/// <summary>
/// One mapping of a YAML file, read key by key. Every value is checked as it is read, and <see cref="RejectUnknownKeys"/> names whatever was
/// not asked for; each error gives the file, the line, the key, what was found and what is allowed.
/// </summary>
internal sealed class YamlSection
{
    private const int MostBytes = 1 << 20;
    private const int MostLevels = 64;

    private readonly string _file;
    private readonly string _prefix;
    private readonly long _line;
    private readonly Dictionary<string, (YamlScalarNode Key, YamlNode Value)> _entries = [];
    private readonly List<string> _known = [];
    private readonly List<YamlSection> _sections = [];

    private YamlSection(string file, string prefix, YamlMappingNode? mapping)
    {
        _file = file;
        _prefix = prefix;
        _line = mapping?.Start.Line ?? 1;
        foreach (var (key, value) in (mapping ?? new YamlMappingNode()).Children)
        {
            if (key is not YamlScalarNode { Value: { } name } scalar)
            {
                throw Error(key, "a key must be a plain name");
            }

            _entries.Add(name, (scalar, value));
        }
    }

    /// <summary>Reads a file that holds one mapping; an empty file is an empty mapping.</summary>
    /// <exception cref="UserInputException">The file cannot be read or is not a YAML mapping.</exception>
    public static YamlSection Read(string path)
    {
        try
        {
            var text = InputFile.ReadText(path, MostBytes);
            RequireShallow(text, path);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents.Count switch
            {
                0 => new YamlSection(path, "", null),
                1 when yaml.Documents[0].RootNode is YamlMappingNode mapping => new YamlSection(path, "", mapping),
                _ => throw new UserInputException($"{path}: the file must hold one YAML mapping of keys to values, such as 'epochs: 200'."),
            };
        }
        catch (YamlException exception)
        {
            throw new UserInputException(
                $"{path}, line {exception.Start.Line}: not valid YAML: {exception.InnerException?.Message ?? exception.Message}",
                exception);
        }
    }

    // What reads the tree calls itself for every level of it, and an alias may stand for what it stands in.
    private static void RequireShallow(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            var line = parser.Current.Start.Line;
            if (depth > MostLevels)
            {
                throw new UserInputException(
                    $"{path}, line {line}: more than {MostLevels} levels of lists and mappings; no setting has as many.");
            }
            if (parser.Current is AnchorAlias alias)
            {
                throw new UserInputException($"{path}, line {line}: *{alias.Value} stands for another value; write that value out.");
            }
        }
    }

    /// <summary>A nested mapping; empty when the key is absent.</summary>
    public YamlSection Section(string key)
    {
        var node = Find(key);
        var mapping = node switch
        {
            null => null,
            YamlMappingNode found => found,
            YamlScalarNode { Value: null or "" } => null,
            _ => throw Error(node, $"{_prefix}{key} must hold keys of its own, indented below it"),
        };
        var section = new YamlSection(_file, $"{_prefix}{key}.", mapping);
        _sections.Add(section);
        return section;
    }

    /// <summary>A list of nested mappings; empty when the key is absent.</summary>
    public IReadOnlyList<YamlSection> Sections(string key)
    {
        if (Find(key) is not { } node) return [];
        var items = Items(node, key).Select((item, index) => item is YamlMappingNode mapping
            ? new YamlSection(_file, $"{_prefix}{key}[{index}].", mapping)
            : throw Error(item, $"{_prefix}{key} must list keys with their values, such as [{{a: 1}}, {{a: 2}}]")).ToArray();
        _sections.AddRange(items);
        return items;
    }

    /// <summary>Says that a file with no key changes nothing, as an empty one or one whose keys are all commented out.</summary>
    /// <param name="note">Who is told; null for nobody.</param>
    /// <param name="defaults">What is done then.</param>
    public void NoteIfEmpty(Action<string>? note, string defaults)
    {
        if (_entries.Count == 0) note?.Invoke($"{_file} sets nothing: {defaults}.");
    }

    /// <summary>Where this mapping stands: file and line.</summary>
    public string Origin => $"{_file}, line {_line}";

    /// <summary>What is wrong with this mapping, and where.</summary>
    public UserInputException Fault(string what) => new($"{Origin}: {_prefix.TrimEnd('.')} {what}.");

    /// <summary>The keys of this mapping, all of which count as known.</summary>
    public IReadOnlyList<string> Keys()
    {
        _known.AddRange(_entries.Keys);
        return [.. _entries.Keys];
    }

    /// <summary>Where a key stands: file and line.</summary>
    public string Place(string key) => $"{_file}, line {_entries[key].Key.Start.Line}";

    /// <summary>What is wrong with a key's value, and where.</summary>
    public UserInputException Fault(string key, string what) => Error(_entries[key].Key, $"{_prefix}{key} {what}");

    /// <summary>Whether a key is given, which counts as known.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A whole number between two bounds, both allowed.</summary>
    public int Integer(string key, int fallback, int minimum, int maximum)
        => Find(key) is { } node ? ParseInteger(node, key, minimum, maximum) : fallback;

    /// <summary>A number in a range.</summary>
    public double Number(string key, double fallback, NumberRange range)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        return double.TryParse(Text(node), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && range.Contains(value)
            ? value
            : throw Error(node, $"{_prefix}{key} is '{Text(node)}'; allowed: {range}");
    }

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback) => Find(key) is not { } node
        ? fallback
        : Text(node) switch
        {
            "true" => true,
            "false" => false,
            var text => throw Error(node, $"{_prefix}{key} is '{text}'; allowed: true, false"),
        };

    /// <summary>One of a few words.</summary>
    public string Choice(string key, string fallback, IReadOnlyCollection<string> allowed)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        return allowed.Contains(Text(node))
            ? Text(node)
            : throw Error(node, $"{_prefix}{key} is '{Text(node)}'; allowed: {string.Join(", ", allowed)}.{Suggestion.For(Text(node), allowed)}");
    }

    /// <summary>A text; null when the key is absent.</summary>
    public string? Word(string key) => Find(key) is { } node ? Text(node) : null;

    /// <summary>A list of words.</summary>
    public IReadOnlyList<string> Words(string key, IReadOnlyList<string> fallback)
        => Find(key) is { } node ? [.. Items(node, key).Select(Text)] : fallback;

    /// <summary>Widths of a network's hidden layers.</summary>
    public IReadOnlyList<int> Widths(string key, IReadOnlyList<int> fallback)
        => Find(key) is { } node ? [.. Items(node, key).Select(item => ParseInteger(item, key, 1, 65536))] : fallback;

    /// <summary>Refuses keys that would be read and then not heeded.</summary>
    /// <param name="act">Whether they act.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="why">Why they do not.</param>
    public void RefuseUnless(bool act, IEnumerable<string> keys, string why)
    {
        if (act) return;
        foreach (var key in keys)
        {
            if (_entries.TryGetValue(key, out var entry)) throw Error(entry.Key, $"'{_prefix}{key}' cannot act: {why}; leave it out");
        }
    }

    /// <summary>Refuses a key that earlier versions had here.</summary>
    /// <param name="key">The key.</param>
    /// <param name="where">Where it stands now.</param>
    public void RefuseMoved(string key, string where)
    {
        if (_entries.TryGetValue(key, out var entry)) throw Error(entry.Key, $"'{_prefix}{key}' has moved: {where}");
    }

    /// <summary>Ends the reading: every key that was not asked for is an error.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var (name, (key, _)) in _entries)
        {
            if (!_known.Contains(name))
            {
                throw Error(key, $"unknown key '{_prefix}{name}'.{Suggestion.For(name, _known)} Allowed here: {string.Join(", ", _known)}");
            }
        }

        _sections.ForEach(section => section.RejectUnknownKeys());
    }

    private YamlNode? Find(string key)
    {
        if (!_known.Contains(key)) _known.Add(key);
        return _entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    private int ParseInteger(YamlNode node, string key, int minimum, int maximum)
        => int.TryParse(Text(node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw Error(node, $"{_prefix}{key} is '{Text(node)}'; allowed: a whole number from {minimum} to {maximum}");

    private IEnumerable<YamlNode> Items(YamlNode node, string key)
        => node is YamlSequenceNode sequence ? sequence.Children : throw Error(node, $"{_prefix}{key} must be a list, such as [a, b]");

    private string Text(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Error(node, "a single value is expected here");

    private UserInputException Error(YamlNode node, string what) =>
        new($"{_file}, line {node.Start.Line}: {what}.".Replace("?.", "?", StringComparison.Ordinal));
}
