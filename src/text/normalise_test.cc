#include "text/normalise.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "text/code_point.h"

namespace litetts::text {
namespace {

struct Case {
  std::string_view text;
  std::string_view spoken;
};

std::string Spoken(std::string_view text, Locale locale = Locale::kEnUs) {
  NormaliseOptions options;
  options.locale = locale;
  return JoinSpoken(Normalise(text, options).segments);
}

bool HasDigits(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size;
    if (DecimalDigit(c.value) >= 0) return true;
  }
  return false;
}

// Begins never decrease, nothing overlaps, all is inside the text.
void ExpectGoodOffsets(std::string_view text, const SpokenText& result) {
  size_t end = 0;
  for (const Segment& segment : result.segments) {
    ASSERT_LE(end, segment.begin) << text;
    ASSERT_LE(segment.begin, segment.end) << text;
    ASSERT_LE(segment.end, text.size()) << text;
    end = segment.end;
  }
}

// Sentences around a case that must not change how it is read.
constexpr std::array<Case, 5> kCarriers = {{
    {"The weather was fine all week. ", " Nobody said a word about it."},
    {"What a day! ", " And so the story ends."},
    {"Are you sure? ", " We can talk about it later."},
    {"(She had been waiting there.) ", " He took his coat and left."},
    {"Everyone knows that story. ", " \"I remember,\" he said."},
}};

void ExpectReadings(const std::vector<Case>& cases, Locale locale = Locale::kEnUs) {
  for (const Case& c : cases) {
    NormaliseOptions options;
    options.locale = locale;
    const SpokenText result = Normalise(c.text, options);
    EXPECT_EQ(JoinSpoken(result.segments), c.spoken) << c.text;
    EXPECT_FALSE(HasDigits(c.spoken)) << c.text;
    ExpectGoodOffsets(c.text, result);
    EXPECT_EQ(Spoken(c.spoken, locale), c.spoken) << "not idempotent: " << c.text;
    const bool is_sentence = std::string_view(".!?").find(c.text.back()) != std::string_view::npos;
    if (!is_sentence) continue;
    for (const Case& carrier : kCarriers) {
      const std::string text =
          std::string(carrier.text) + std::string(c.text) + std::string(carrier.spoken);
      const std::string want =
          std::string(carrier.text) + std::string(c.spoken) + std::string(carrier.spoken);
      EXPECT_EQ(Spoken(text, locale), want) << "the sentences around change the reading";
    }
  }
}

TEST(NormaliseTest, Numbers) {
  ExpectReadings({
      {"We have 15,000 employees in 30 countries.",
       "We have fifteen thousand employees in thirty countries."},
      {"The stock fell 2.5 points to 1,432.10.",
       "The stock fell two point five points to one thousand four hundred thirty two point one "
       "zero."},
      {"Only 1 in 5 people know.", "Only one in five people know."},
      {"Over 50+ people came.", "Over fifty plus people came."},
      {"1,234,567,890",
       "one billion two hundred thirty four million five hundred sixty seven thousand eight "
       "hundred ninety"},
      {"0.001", "zero point zero zero one"},
      {".75", "point seven five"},
      {"-3.5", "minus three point five"},
      {"Mix 2 1/2 cups of flour.", "Mix two and a half cups of flour."},
      {"7/8 of the pie.", "seven eighths of the pie."},
      {"A 2/3 majority.", "A two thirds majority."},
      {"It's 3/4 full.", "It's three quarters full."},
      {"101st", "one hundred first"},
      {"The 5th Amendment and 14th century.", "The fifth Amendment and fourteenth century."},
      {"The 21st-century house.", "The twenty first-century house."},
      {"A 5-year-old boy.", "A five-year-old boy."},
      {"5-10%", "five to ten percent"},
      {"10-15 minutes", "ten to fifteen minutes"},
      {"The ISBN is 978-3-16-148410-0.",
       "The ISBN is nine seven eight, three, one six, one four eight four one zero, zero."},
      {"My zip code is 90210.", "My zip code is nine zero two one zero."},
      {"Take Route 66 and Highway 101.", "Take Route sixty six and Highway one oh one."},
      {"The plane is a Boeing 777.", "The plane is a Boeing seven seventy seven."},
  });
}

TEST(NormaliseTest, Money) {
  ExpectReadings({
      {"He paid $1,250.75 for 3 tickets.",
       "He paid one thousand two hundred fifty dollars and seventy five cents for three tickets."},
      {"It's a $5 million project.", "It's a five million dollar project."},
      {"He earns $75K a year.", "He earns seventy five thousand dollars a year."},
      {"Prices range from $10-20.", "Prices range from ten to twenty dollars."},
      {"GBP 300 or US$400.", "three hundred British pounds or four hundred US dollars."},
      {"C$20 and A$30.", "twenty Canadian dollars and thirty Australian dollars."},
      {"$0.50", "fifty cents"},
      {"$12.00", "twelve dollars"},
      {"£1.50", "one pound and fifty pence"},
      {"10¢", "ten cents"},
      {"She bought 12 eggs @ $3.50.", "She bought twelve eggs at three dollars and fifty cents."},
  });
}

TEST(NormaliseTest, DatesAndTimes) {
  ExpectReadings({
      {"The meeting is on March 3, 2024 at 3:30 p.m. in Room 204.",
       "The meeting is on March third twenty twenty four at three thirty PM in Room two oh four."},
      {"I was born in 1987.", "I was born in nineteen eighty seven."},
      {"In the 1800s, people rode horses.", "In the eighteen hundreds, people rode horses."},
      {"He's in his 30s.", "He's in his thirties."},
      {"The '60s and '70s were wild.", "The sixties and seventies were wild."},
      {"On Mon, 5 Jan 2024, we met.",
       "On Monday, the fifth of January twenty twenty four, we met."},
      {"From Mon-Fri, 9am-5pm.", "From Monday to Friday, nine AM to five PM."},
      {"It happened at 12:00.", "It happened at twelve o'clock."},
      {"It was 5 a.m. when he left.", "It was five AM when he left."},
      {"Leave at 5 p.m. Then rest.", "Leave at five PM. Then rest."},
      {"Aug 5-7, 2022", "August fifth to seventh twenty twenty two"},
      {"by 3/15", "by March fifteenth"},
      {"1939-1945", "nineteen thirty nine to nineteen forty five"},
      {"31/12/1999", "December thirty first nineteen ninety nine"},
      {"The train leaves at 7.45 am.", "The train leaves at seven forty five AM."},
      {"Version 2.0 was released on 2021-05-04.",
       "Version two point zero was released on May fourth twenty twenty one."},
  });
}

TEST(NormaliseTest, Measures) {
  ExpectReadings({
      {"It's about 5'10\" tall.", "It's about five feet ten inches tall."},
      {"The temperature is -12°C today.", "The temperature is minus twelve degrees Celsius today."},
      {"A 10 km run takes 1 hr 5 min.", "A ten kilometer run takes one hour five minutes."},
      {"The drive has 512 GB at 550 MB/s.",
       "The drive has five hundred twelve gigabytes at five hundred fifty megabytes per second."},
      {"The house is 2,000 sq ft.", "The house is two thousand square feet."},
      {"The field is 5 ha or 50,000 m².",
       "The field is five hectares or fifty thousand square meters."},
      {"The box is 10 x 20 x 30 cm.", "The box is ten by twenty by thirty centimeters."},
      {"I have a 10-ft pole.", "I have a ten foot pole."},
      {"It grew 10x.", "It grew ten times."},
      {"Temperatures of 20-25°C.", "Temperatures of twenty to twenty five degrees Celsius."},
  });
}

TEST(NormaliseTest, TelephonesAndAddresses) {
  ExpectReadings({
      {"Call (212) 555-0187 or +1-800-555-0199.",
       "Call two one two, five five five, zero one eight seven or plus one eight hundred, five "
       "five five, zero one nine nine."},
      {"My phone: 555.123.4567 ext. 89.",
       "My phone: five five five, one two three, four five six seven, extension eight nine."},
      {"Send it to mary_smith99@mail.co.uk please.",
       "Send it to mary underscore smith ninety nine at mail dot co dot UK please."},
      {"Visit www.bbc.co.uk/news for more.", "Visit bbc dot co dot UK slash news for more."},
      {"The file is at /usr/local/bin/python3.",
       "The file is at slash user slash local slash bin slash python three."},
      {"The path is C:\\Users\\John\\Documents.",
       "The path is C colon backslash Users backslash John backslash Documents."},
      {"My IP is 10.0.0.1.", "My IP is one zero dot zero dot zero dot one."},
      {"Use #hashtags and @mentions.", "Use hashtag hashtags and at mentions."},
      {"Question #1: what's 50% of 10?", "Question number one: what's fifty percent of ten?"},
  });
}

TEST(NormaliseTest, Names) {
  ExpectReadings({
      {"Louis XIV and Henry VIII met Pope John Paul II.",
       "Louis the fourteenth and Henry the eighth met Pope John Paul the second."},
      {"Rocky III and Star Wars Episode IV.", "Rocky three and Star Wars Episode four."},
      {"John D. Rockefeller III was rich.", "John D. Rockefeller the third was rich."},
      {"Dr. Who lives on Elm Dr. near the park.", "Doctor Who lives on Elm Drive near the park."},
      {"St. Louis is in Missouri.", "Saint Louis is in Missouri."},
      {"I work at Google Inc. in California.", "I work at Google Incorporated in California."},
      {"See p. 12, pp. 14-16, and fig. 3.",
       "See page twelve, pages fourteen to sixteen, and figure three."},
      {"She has a Ph.D. and an M.D. from M.I.T.", "She has a Ph.D. and an M.D. from M.I.T."},
      {"Mr. & Mrs. Brown.", "Mister and Missus Brown."},
      {"The F-16 and B-52 flew over.", "The F sixteen and B fifty two flew over."},
      {"Press Ctrl+Alt+Del to restart.", "Press control alt delete to restart."},
      {"TCP/IP and I/O.", "TCP IP and I O."},
      {"No. 1 fan", "number one fan"},
  });
}

TEST(NormaliseTest, Mathematics) {
  ExpectReadings({
      {"10 - 5 = 5.", "ten minus five equals five."},
      {"2^10 is 1024.", "two to the power of ten is one thousand twenty four."},
      {"The speed of light is 3 x 10^8 m/s.",
       "The speed of light is three times ten to the eighth meters per second."},
      {"5 > 3 and 2 < 4.", "five is greater than three and two is less than four."},
      {"a² + b² = c²", "a squared plus b squared equals c squared"},
      {"CO2 and NaCl are common; so is C6H12O6.",
       "C O two and N A C L are common; so is C six H twelve O six."},
      {"The results (p < 0.05) were good.",
       "The results (p is less than zero point zero five) were good."},
  });
}

TEST(NormaliseTest, GbReadings) {
  ExpectReadings(
      {
          {"He paid £1,250.75 on 3/4/2024.",
           "He paid one thousand two hundred and fifty pounds and seventy five pence on the third "
           "of April twenty twenty four."},
          {"We met on May 5 and 27 October 1999.",
           "We met on May the fifth and the twenty seventh of October nineteen ninety nine."},
          {"It is 150 km or 2 l of tea at 50p in 2005.",
           "It is one hundred and fifty kilometres or two litres of tea at fifty pence in two "
           "thousand and five."},
      },
      Locale::kEnGb);
}

TEST(NormaliseTest, DocumentedDecisions) {
  ExpectReadings({
      {"He wrote it in 1987 for 1500 people.",
       "He wrote it in nineteen eighty seven for one thousand five hundred people."},
      {"It is 3/4 full, due by 3/15, and she got 9/10 on the test.",
       "It is three quarters full, due by March fifteenth, and she got nine out of ten on the "
       "test."},
      {"The ratio was 3:10 but the screen is 16:9 and John 3:16.",
       "The ratio was three to ten but the screen is sixteen to nine and John three sixteen."},
      {"10-20", "ten to twenty"},
      {"Call 911 from Room 204 with PIN 1234.",
       "Call nine one one from Room two oh four with PIN one two three four."},
      {"A B12, flight BA249 and an RTX 4090.",
       "A B twelve, flight BA two forty nine and an RTX forty ninety."},
      {"Elm Dr., Dr. Who, Main St. and St. Louis.",
       "Elm Drive, Doctor Who, Main Street and Saint Louis."},
      {"Henry VIII, Chapter IV, Rocky III.", "Henry the eighth, Chapter four, Rocky three."},
      {"He is 6 ft 2 in tall at 5 in the morning.",
       "He is six feet two inches tall at five in the morning."},
      {"A 10 km run is 10 km.", "A ten kilometer run is ten kilometers."},
      {"At 5 p.m. Monday. At 5 p.m. Then we left.", "At five PM Monday. At five PM. Then we left."},
      {"2 x 3 cm", "two by three centimeters"},
      {"2 x 3 = 6", "two times three equals six"},
      {"At 221B Baker St. we met 405B users.",
       "At two twenty one B Baker Street we met four hundred five billion users."},
      {"The book ($50) costs -$50 at -5 degrees.",
       "The book (fifty dollars) costs minus fifty dollars at minus five degrees."},
      {"A 16GB RAM module in room 305B.", "A sixteen gigabyte RAM module in room three oh five B."},
      {"1.5 × 10⁻⁹", "one point five times ten to the power of negative nine"},
      {"v1.2.3 and v2.0", "version one point two point three and version two point zero"},
      {"R2-D2, i7-9700K, x86-64",
       "R two D two, I seven ninety seven hundred K, X eighty six sixty four"},
      {"1-800-FLOWERS", "one eight hundred flowers"},
      {"$1.2-1.5 billion, $3.2M-$4M",
       "one point two to one point five billion dollars, three point two million to four million "
       "dollars"},
      {"We left at 0900 hours.", "We left at zero nine hundred hours."},
      {"On 1/2 I called 555-0187 by 1/2.",
       "On January second I called five five five, zero one eight seven by one half."},
  });
}

TEST(NormaliseTest, NumbersThatAreNames) {
  ExpectReadings({
      {"1600 Pennsylvania Ave NW is known.",
       "sixteen hundred Pennsylvania Avenue Northwest is known."},
      {"Send it to 123 N. Main St. in Salem.",
       "Send it to one twenty three North Main Street in Salem."},
      {"We took US-101, then I-405.", "We took US one oh one, then I four oh five."},
      {"She plays on an Xbox 360.", "She plays on an Xbox three sixty."},
      {"In Paris 350 people came.", "In Paris three hundred fifty people came."},
      {"He read Psalm 23:4 and Genesis 1:1-3.",
       "He read Psalm twenty three four and Genesis one one to three."},
      {"The 2022/23 season began.", "The twenty twenty two twenty three season began."},
      {"My card is 4111 1111 1111 1111.",
       "My card is four one one one, one one one one, one one one one, one one one one."},
      {"It was a 50-50 chance.", "It was a fifty fifty chance."},
      {"Built in the XVI century.", "Built in the sixteenth century."},
      {"In 1066 CE and 79 AD.", "In ten sixty six CE and seventy nine AD."},
      {"He carried a .45 caliber pistol.", "He carried a forty five caliber pistol."},
      {"She got a B- in math.", "She got a B minus in math."},
      {"Open localhost:3000 now.", "Open localhost colon three thousand now."},
  });
}

TEST(NormaliseTest, MeasuresInContext) {
  ExpectReadings({
      {"It took 2h 30m, not 5m 20s.",
       "It took two hours thirty minutes, not five minutes twenty seconds."},
      {"The run lasted 1:02:03.", "The run lasted one hour two minutes and three seconds."},
      {"A 27\" screen at a 90° angle.", "A twenty seven inch screen at a ninety degree angle."},
      {"It was 98.6 degrees F inside.", "It was ninety eight point six degrees Fahrenheit inside."},
      {"Off by 10%-20% or 5°–10°.",
       "Off by ten percent to twenty percent or five degrees to ten degrees."},
      {"Go to 37.5°N, 122.4° W.",
       "Go to thirty seven point five degrees north, one hundred twenty two point four degrees "
       "west."},
      {"It draws 5 A at 12 V.", "It draws five amps at twelve volts."},
      {"Use 1920x1080.", "Use nineteen twenty by ten eighty."},
      {"About 10 000 people and 1.234.567 stars.",
       "About ten thousand people and one million two hundred thirty four thousand five hundred "
       "sixty seven stars."},
      {"Seen by 1m people, 100s of them in their 20s and 30s.",
       "Seen by one million people, hundreds of them in their twenties and thirties."},
      {"So f(x) = 2x + 1.", "So F of X equals two X plus one."},
      {"Then 6 × 7 is 42.", "Then six times seven is forty two."},
  });
}

TEST(NormaliseTest, RangesAndDecimalsAreNoTelephones) {
  ExpectReadings({
      {"Write 500-1000 words.", "Write five hundred to one thousand words."},
      {"See pages 980-1020.", "See pages nine hundred eighty to one thousand twenty."},
      {"It holds 500–1500 words.", "It holds five hundred to one thousand five hundred words."},
      {"Pi times a hundred is 314.1593.",
       "Pi times a hundred is three hundred fourteen point one five nine three."},
      {"The log of two is 0.693147181.",
       "The log of two is zero point six nine three one four seven one eight one."},
      {"It sold from 200-1500 copies.",
       "It sold from two hundred to one thousand five hundred copies."},
      {"My number is 867-5309.", "My number is eight six seven, five three zero nine."},
      {"Call 415.555.0134 today.",
       "Call four one five, five five five, zero one three four today."},
  });
}

TEST(NormaliseTest, CapitalsThatAreNoUnits) {
  ExpectReadings({
      {"There are 50 US states.", "There are fifty US states."},
      {"We hired 2 ML engineers and 3 HR managers.",
       "We hired two ML engineers and three HR managers."},
      {"She had 2 CT scans and 5 PT sessions.", "She had two CT scans and five PT sessions."},
      {"Buy a 3 CD set.", "Buy a three CD set."},
      {"The bank has 5 ATM machines.", "The bank has five ATM machines."},
      {"We own 2 HP printers and 5 MG sports cars.",
       "We own two HP printers and five MG sports cars."},
      {"Take 500MG tablets and lift 70 KG.",
       "Take five hundred milligram tablets and lift seventy kilograms."},
      {"It has 300 HP at 60 MPH.", "It has three hundred horsepower at sixty miles per hour."},
      {"They stood 3 in long lines.", "They stood three in long lines."},
      {"The board is 3 in thick.", "The board is three inches thick."},
  });
}

TEST(NormaliseTest, SecondsAndHours) {
  ExpectReadings({
      {"He finished in 30s.", "He finished in thirty seconds."},
      {"Set a timeout of 60s and a 15s delay.",
       "Set a timeout of sixty seconds and a fifteen second delay."},
      {"Within 120s it stopped.", "Within one hundred twenty seconds it stopped."},
      {"He is in his 30s and loves 80s music.", "He is in his thirties and loves eighties music."},
      {"They like 90s fashion in 90s Britain.", "They like nineties fashion in nineties Britain."},
      {"A fleet of 747s and a pack of 6s.", "A fleet of seven forty sevens and a pack of sixes."},
      {"It takes 2000 hours to build.", "It takes two thousand hours to build."},
      {"At 1500 hours we left.", "At fifteen hundred hours we left."},
      {"After 1200 miles we stopped.", "After one thousand two hundred miles we stopped."},
  });
}

TEST(NormaliseTest, FractionsAndResultsAreNoDates) {
  ExpectReadings({
      {"Prices rose by 1/2.", "Prices rose by one half."},
      {"It is between 1/4 and 1/2 inch.", "It is between one quarter and one half inch."},
      {"It fell from 1/3 to 1/4.", "It fell from one third to one quarter."},
      {"They won 5/17 games.", "They won five out of seventeen games."},
      {"They made 7/13 free throws.", "They made seven out of thirteen free throws."},
      {"The film is 10/10.", "The film is ten out of ten."},
      {"On 10/10 we met.", "On October tenth we met."},
      {"Due by 3/15.", "Due by March fifteenth."},
      {"Open from 5/1 to 5/15.", "Open from May first to May fifteenth."},
  });
}

TEST(NormaliseTest, NumbersBeforeCountedThings) {
  ExpectReadings({
      {"Your account is 30 days overdue.", "Your account is thirty days overdue."},
      {"Our code is 5000 lines long.", "Our code is five thousand lines long."},
      {"The call lasted 112 minutes.", "The call lasted one hundred twelve minutes."},
      {"She called 211 people.", "She called two hundred eleven people."},
      {"The 911 operators called back.", "The nine one one operators called back."},
      {"We train 250 people.", "We train two hundred fifty people."},
      {"The war ending in 1945 was long.", "The war ending in nineteen forty five was long."},
      {"A card ending in 4242 was lost.", "A card ending in four two four two was lost."},
      {"Room 204 smells of paint.", "Room two oh four smells of paint."},
  });
}

TEST(NormaliseTest, DashesBehindPrices) {
  ExpectReadings({
      {"Only $20 - 3 items left.", "Only twenty dollars - three items left."},
      {"So $10 - $3 = $7.", "So ten dollars minus three dollars equals seven dollars."},
      {"Prices are $10 - $20 or $10 - 20.",
       "Prices are ten to twenty dollars or ten to twenty dollars."},
      {"Pay $50 - no more.", "Pay fifty dollars - no more."},
      {"TRY 1 MONTH FREE", "TRY one MONTH FREE"},
      {"It costs TRY 500 today.", "It costs five hundred Turkish lira today."},
  });
}

TEST(NormaliseTest, WordsThatEndASentence) {
  ExpectReadings({
      {"It didn't take long. 10 minutes later he left.",
       "It didn't take long. ten minutes later he left."},
      {"He said no. 5 minutes later he came.", "He said no. five minutes later he came."},
      {"She studied art. 20 years later she sold it.",
       "She studied art. twenty years later she sold it."},
      {"I met Max. 3 days later we married.", "I met Max. three days later we married."},
      {"Ask the ref. 10 minutes were left.", "Ask the ref. ten minutes were left."},
      {"She is a nice gal. He is tall.", "She is a nice gal. He is tall."},
      {"It takes max. 3 days.", "It takes maximum three days."},
      {"See no. 5 on the list.", "See number five on the list."},
      {"The firm was est. in 1990.", "The firm was established in nineteen ninety."},
      {"It has est. 200 people.", "It has estimated two hundred people."},
  });
}

TEST(NormaliseTest, OneAsANumeral) {
  ExpectReadings({
      {"A Type I error is bad.", "A Type one error is bad."},
      {"The World War I veterans marched.", "The World War one veterans marched."},
      {"He plays Division I football.", "He plays Division one football."},
      {"In Chapter I readers meet him.", "In Chapter one readers meet him."},
      {"The Part I like is short.", "The Part I like is short."},
      {"The Xbox Series X is fast.", "The Xbox Series X is fast."},
      {"Edward I. Koch was mayor.", "Edward I. Koch was mayor."},
      {"Queen Elizabeth I ruled.", "Queen Elizabeth the first ruled."},
  });
}

TEST(NormaliseTest, DaysThatAreWords) {
  ExpectReadings({
      {"The Sun, 4.6 billion years old, shines.",
       "The Sun, four point six billion years old, shines."},
      {"It orbits the Sun 93 million miles away.",
       "It orbits the Sun ninety three million miles away."},
      {"The Chicago Sun-Times wrote it.", "The Chicago Sun-Times wrote it."},
      {"He Sat 3 hours in traffic.", "He Sat three hours in traffic."},
      {"Open Sat 10–2 and Sun 9am-5pm.", "Open Saturday ten to two and Sunday nine AM to five PM."},
      {"Open Mon-Fri and Sat.-Sun.", "Open Monday to Friday and Saturday to Sunday."},
  });
}

// What mark-up speaks about ends the reading before it, which is read as at the end of a text.
TEST(NormaliseTest, MarkUpInsideAReading) {
  EXPECT_EQ(Spoken("It cost $5 [million](+1)."), "It cost five dollars million.");
  EXPECT_EQ(Spoken("3.5 [km](+1) is far."), "three point five km is far.");
  EXPECT_EQ(Spoken("On May [5](+1)"), "On May five");
}

TEST(NormaliseTest, EntitiesAreReadAsTheirCharacters) {
  EXPECT_EQ(Spoken("It&#8217;s fine, don&#x2019;t worry."), "It's fine, don't worry.");
}

TEST(NormaliseTest, PlainEnglishComesOutByteForByte) {
  for (const std::string_view text : {
           "I like cats, so do you; well, that's fine (mostly) - isn't it?",
           "\"He said 'no',\" she whispered... and left --- for good!",
           "A mother-in-law's O'Neil X-ray; NASA, the FBI and COVID.",
           "No. That is it. I am, we are. In May they may march. The sun sat.",
           "He is in. I mix a civic dim livid mild drink. Is it I? It is I, said Mary I think.",
           "Mark my words: part of it, act on it, book in advance.",
           "The min and max are close, the temp is low and no one came.",
       }) {
    EXPECT_EQ(Spoken(text), text);
  }
}

TEST(NormaliseTest, ParagraphsAndKinds) {
  const SpokenText result = Normalise("# Head\n\n- one\n- $2\nDr. No at 5 pm", {});
  ASSERT_EQ(result.segments.size(), 7u);
  EXPECT_TRUE(result.segments[0].paragraph_after);
  EXPECT_TRUE(result.segments[1].paragraph_after);
  EXPECT_EQ(result.segments[2].kind, Kind::kMoney);
  EXPECT_TRUE(result.segments[2].space_after);
  EXPECT_EQ(result.segments[3].kind, Kind::kAbbreviation);
  EXPECT_EQ(result.segments.back().kind, Kind::kTime);
}

TEST(NormaliseTest, Options) {
  NormaliseOptions options;
  options.cleaning.name_emoji = true;
  options.cleaning.announce_code = true;
  options.cleaning.shorten_urls = false;
  const auto spoken = [&](std::string_view text) {
    return JoinSpoken(Normalise(text, options).segments);
  };
  EXPECT_EQ(spoken("Nice \U0001F44D!"), "Nice thumbs up!");
  EXPECT_EQ(spoken("See:\n```\nx = 1\n```\nDone."), "See: code block Done.");
  EXPECT_EQ(spoken("https://a.org"), "HTTPS colon slash slash a dot org");
}

TEST(NormaliseTest, LettersThatAreLeftOutAreReported) {
  EXPECT_EQ(Normalise("a\n```\ncode\n```\n", {}).warnings.size(), 1u);
  EXPECT_EQ(Normalise("[a](http://b.org/c)", {}).warnings.size(), 1u);
  EXPECT_TRUE(Normalise("5 kg of **good** tea \U0001F375", {}).warnings.empty());
}

std::string Repeated(std::string_view piece, size_t count) {
  std::string text;
  for (size_t k = 0; k < count; ++k) text += piece;
  return text;
}

// What is joined to a number or a day is not joined to the next in turn.
TEST(NormaliseTest, LongChainsNeedNoDeepStack) {
  for (const std::string_view piece : {"1½-", "1-1½-", "Mon-Tue-", "Mon.-", "1/2-1 1/2-"}) {
    const std::string text = Repeated(piece, 40'000) + "1";
    EXPECT_GT(Normalise(text, {}).segments.size(), 10'000u) << piece;
  }
  EXPECT_EQ(Spoken("Mix 1½-2½ cups."), "Mix one and a half to two and a half cups.");
  EXPECT_EQ(Spoken("Wait 1-1½ hours."), "Wait one to one and a half hours.");
}

TEST(NormaliseTest, LongRunsOfDigitsAreManySegments) {
  const SpokenText long_run = Normalise(Repeated("7", 1003), {});
  EXPECT_EQ(JoinSpoken(long_run.segments) + " ", Repeated("seven ", 1003));
  for (const Segment& segment : long_run.segments) EXPECT_LE(segment.end - segment.begin, 40u);
  // Groups of thousands end somewhere too.
  for (const Segment& segment : Normalise(Repeated("123 ", 4000), {}).segments) {
    EXPECT_LE(segment.end - segment.begin, 100u);
  }
}

TEST(NormaliseTest, AnyBytes) {
  std::mt19937 random(7);
  static constexpr std::string_view kPieces[] = {
      "1",    "23", ",", ".", "-",  "/",        ":",     "$",        " ",     "a",      "Jan",
      "May",  "st", "%", "(", ")",  "[",        "]",     "*",        "_",     "`",      "\n",
      "http", "@",  "#", "x", "kg", "IV",       "Henry", "Dr.",      "&",     ";",      "<b>",
      "'",    "\"", "+", "^", "am", "\xC2\xBD", "\xFF",  "\xCC\x81", "pause", "spell(", "million"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t k = random() % 14; k > 0; --k) text += kPieces[random() % std::size(kPieces)];
    const SpokenText result = Normalise(text, {});
    const std::string spoken = JoinSpoken(result.segments);
    EXPECT_FALSE(HasDigits(spoken)) << text;
    ExpectGoodOffsets(text, result);
  }
}

}  // namespace
}  // namespace litetts::text
