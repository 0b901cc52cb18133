using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class PackedTextsTests
{
    [Fact]
    public void Texts_come_back_also_after_some_were_taken_away()
    {
        var random = new Random(5);
        var (packed, expected) = (new PackedTexts(), new List<string>());
        for (var i = 0; i < 30_000; i++)
        {
            var text = new string('é', random.Next(4)) + (random.Next(50) == 0 ? new string('x', 10_000) : $"{i}");
            packed.Add(Encoding.UTF8.GetBytes(text));
            expected.Add(text);
            if (random.Next(100) > 0) continue;
            var kept = Math.Max(0, expected.Count - random.Next(20));
            packed.Truncate(kept);
            expected.RemoveRange(kept, expected.Count - kept);
        }

        Assert.Equal(expected, packed);
        Assert.Equal(expected.Count, packed.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => packed[packed.Count]);
        packed.Truncate(0);
        packed.Add("a"u8);
        Assert.Equal("a", packed.Single());
    }

    [Fact]
    public void What_is_not_UTF_8_is_refused() => Assert.Throws<DecoderFallbackException>(() => new PackedTexts().Add(new byte[] { 0xFF, 0x41 }));
}
