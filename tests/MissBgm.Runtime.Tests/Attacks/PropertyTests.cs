using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>What must hold of all inputs, tried on random ones; a failure says the seed that repeats it.</summary>
public sealed class PropertyTests(Xunit.Abstractions.ITestOutputHelper output)
{

    private static readonly Gen<string> Field = Gen.Char[" \t,;|\"'\n\rabc019.-+eE%€é\u0000\u2212\uFEFF"].Array[0, 8].Select(letters => new string(letters));

    private static readonly Gen<string[]> Row = Field.Array[3];

    private static string Quoted(string field) => "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static Table Read(byte[] bytes) => TableReader.Read(new MemoryStream(bytes), "table");

    /// <summary>Whatever quoted fields hold, they come back as they are, and so does the whole file where nothing is missing.</summary>
    [Fact]
    public void Quoted_fields_are_read_and_written_back_byte_for_byte() => Row.Array[1, 6].Sample(
        rows =>
        {
            string[] header = ["k", "l", "m"];
            var text = string.Join(',', header) + "\n" + string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\n"));
            if (text.Contains('\0', StringComparison.Ordinal)) return;
            var table = Read(Encoding.UTF8.GetBytes(text));
            using var copy = new MemoryStream();
            TableWriter.Write(copy, table, (_, _) => throw new InvalidOperationException("no cell is imputed"), 0, 0);
            Assert.Equal(rows.Length, table.Rows);
            for (var r = 0; r < rows.Length; r++)
            {
                for (var c = 0; c < 3; c++) Assert.Equal(rows[r][c].ReplaceLineEndings("\n"), table.Text(r, c).ReplaceLineEndings("\n"));
            }
        },
        iter: Trials(20_000, 500), threads: 1);

    /// <summary>Bytes of any kind are a table or a sentence: 10,000 malformed tables in the long run.</summary>
    [Fact]
    public void Any_bytes_are_a_table_or_a_sentence() => Gen.Select(Gen.Byte.Array[0, 60], Field.Array[0, 12], Gen.Int[0, 3]).Sample(
        (bytes, fields, kind) =>
        {
            byte[] input = kind switch
            {
                0 => bytes,
                1 => [.. Encoding.UTF8.GetBytes("a,b\n1,2\n"), .. bytes],
                2 => Encoding.UTF8.GetBytes("a,b,c\n" + string.Join(',', fields)),
                _ => Encoding.Unicode.GetBytes(string.Join('\n', fields)),
            };
            try
            {
                TableSchema.Detect(Read(input));
            }
            catch (UserInputException e)
            {
                Assert.DoesNotContain("Exception", e.Message, StringComparison.Ordinal);
            }
        },
        iter: Trials(10_000, 500), threads: 1);

    [Fact]
    public void Every_finite_number_is_read_as_what_it_was_written_from() => Gen.Double.Sample(
        value =>
        {
            // Eight digits may be a date.
            if (!double.IsFinite(value) || (Math.Abs(value) is >= 1e7 and < 1e8 && value == Math.Floor(value))) return;
            var found = Read(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"x,y\n{value:R},1\n"))).Number(0, 0);
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(found));
        },
        iter: Trials(50_000, 1000), threads: 1);

    [Fact]
    public void A_number_of_any_form_is_a_finite_number_or_none() => Gen.Char["0123456789.,eE+-−()$€% infINFaN"].Array[0, 12].Sample(
        letters => Assert.True(!NumberText.TryParse(new string(letters), out var value) || double.IsFinite(value)),
        iter: Trials(100_000, 2000), threads: 1);

    /// <summary>Manifests whose names, levels and numbers are anything a table may hold come back equal.</summary>
    [Fact]
    public void A_manifest_comes_back_equal() => Gen.Select(Field, Field.Array[1, 5], Gen.Double[-1e300, 1e300], Gen.Double[1e-300, 1e300]).Sample(
        (name, levels, location, scale) =>
        {
            ColumnSchema[] columns =
            [
                new()
                {
                    Name = name,
                    Type = ColumnType.Numeric,
                    Location = location,
                    Scale = scale,
                    Minimum = location,
                    Maximum = location,
                    ObservedShare = 0.5,
                    LowerBound = location,
                },
                new()
                {
                    Name = name + "2",
                    Type = ColumnType.Categorical,
                    Location = 0,
                    Scale = 1,
                    Minimum = 0,
                    Maximum = levels.Length - 1,
                    ObservedShare = 1,
                    Levels = levels,
                },
            ];
            var json = JsonSerializer.Serialize(columns, Manifest.Json);
            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ColumnSchema[]>(json, Manifest.Json), Manifest.Json));
            Assert.Equal(levels, JsonSerializer.Deserialize<ColumnSchema[]>(json, Manifest.Json)![1].Levels!);
        },
        iter: Trials(20_000, 500), threads: 1);

    /// <summary>2,000 damages of a bundle's files in the long run: whatever is cut off, turned over or inserted, the loader says so.</summary>
    [Fact]
    public void A_damaged_bundle_is_refused()
    {
        using var bundle = new HostileBundle();
        var names = Directory.GetFiles(bundle.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Double[0, 1], Gen.Int[0, 2], Gen.Byte).Sample(
            (file, where, kind, value) =>
            {
                var path = bundle[names[file]!];
                var good = File.ReadAllBytes(path);
                var at = (int)(where * (good.Length - 1));
                byte[] bad = kind switch
                {
                    0 => good[..at],
                    1 => [.. good[..at], value, .. good[at..]],
                    _ => [.. good[..at], (byte)(good[at] ^ (value | 1)), .. good[(at + 1)..]],
                };
                File.WriteAllBytes(path, bad);
                try
                {
                    Bundle.Load(bundle.Path);
                    Assert.Equal(Manifest.FileName, names[file]);
                }
                catch (BundleException)
                {
                    // Refused, in a sentence.
                }
                finally
                {
                    File.WriteAllBytes(path, good);
                }
            },
            iter: Trials(2000, 200), threads: 1);
    }

    /// <summary>The same damages signed, as an attacker would: 2,000 in the long run. What is loaded must end well, too.</summary>
    [Fact]
    public void A_damaged_and_signed_bundle_is_refused_or_does_no_harm()
    {
        using var bundle = new HostileBundle();
        var names = Directory.GetFiles(bundle.Path).Select(Path.GetFileName).Where(name => name != Manifest.FileName).Order(StringComparer.Ordinal).ToArray();
        var manifest = File.ReadAllText(bundle[Manifest.FileName]);
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Double[0, 1], Gen.Int[0, 3], Gen.Byte).Sample(
            (file, where, kind, value) =>
            {
                var good = File.ReadAllBytes(bundle[names[file]!]);
                var at = (int)(where * (good.Length - 1));
                byte[] bad = kind switch
                {
                    0 => good[..at],
                    1 => [.. good[..at], value, .. good[at..]],
                    2 => [.. good[..at], .. Enumerable.Repeat(value, Math.Min(8, good.Length - at)), .. good[Math.Min(good.Length, at + 8)..]],
                    _ => [.. good[..at], (byte)(good[at] ^ (value | 1)), .. good[(at + 1)..]],
                };
                bundle.Replace(names[file]!, bad);
                var (code, messages, _) = bundle.Impute();
                Assert.True(code is 0 or 3 or 4, $"{names[file]}, damage {kind} at {at}: exit code {code}: {messages}");
                File.WriteAllBytes(bundle[names[file]!], good);
                File.WriteAllText(bundle[Manifest.FileName], manifest);
            },
            iter: Trials(2000, 20), threads: 1);
    }

    // How many trials there are, in the long run and by default; tests/attacks/run.sh adds them up.
    private int Trials(int most, int few)
    {
        var trials = AttackRuns.Long ? most : few;
        output.WriteLine($"tried: {trials}");
        return trials;
    }
}
