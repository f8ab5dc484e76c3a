"""The portal in a real browser, over a real house: what a person sees of the path of one event, also when the house goes and comes
again. Run by the portal lane."""

import re
import tempfile
import unittest

import flowing
from playwright.sync_api import expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 30_000
SOME_RATE = re.compile(r"^(0\.[1-9]|[1-9])[\d.,]*/s$")
ROOMS = ["Kafka door", "Log", "Pipelines", "Feature views", "Decide", "Journal", "Lake", "Redis door", "Models"]


class Portal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        cls.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        cls.addClassCleanup(cls.browser.close)
        expect.set_options(timeout=PATIENCE_MS)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.project = flowing.Project(folder.name)

    def start(self):
        house = self.project.start()
        self.addCleanup(house.stop)
        return house

    def open(self, house):
        self.trouble, self.asked = [], set()
        page = self.browser.new_page(viewport={"width": 1440, "height": 1000})
        self.addCleanup(page.close)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.trouble.append(message.text))
        page.on("request", lambda request: self.asked.add(request.url.split("/")[2]))
        page.goto(f"http://{house.doors['http']}/")
        return page

    def fact(self, page, folder, label):
        return page.locator(f'[data-room="{folder}"] [data-fact="{label}"]')

    def test_an_empty_house_says_how_to_send_a_first_event(self):
        house = self.start()
        page = self.open(house)
        expect(page.get_by_role("status")).to_have_text("live")
        expect(page.get_by_role("heading", name="Nothing has arrived yet")).to_be_visible()
        expect(page.get_by_label("Next step").locator("code")).to_contain_text(f"kcat -P -b {house.doors['kafka']} -t clicks")
        producer = flowing.kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"])
        producer.send("clicks", b'{"user":7}').get(10)
        producer.close()
        expect(page.get_by_role("heading", name="Events arrive; nothing reads them yet")).to_be_visible()
        expect(self.fact(page, "engines/log", "records")).to_have_text("1")
        self.assertEqual(self.trouble, [])

    def test_the_path_of_one_event_is_drawn_while_events_pass(self):
        self.project.fill()
        house = self.start()
        flowing.until_topic(house, "flights")
        page = self.open(house)
        for room in ROOMS:
            expect(page.get_by_role("group", name=re.compile(f"^{room}: "))).to_be_visible()
        with flowing.flying(house, ask=True):
            expect(self.fact(page, "engines/log", "records in")).to_have_text(SOME_RATE)
            expect(self.fact(page, "engines/decide", "decisions")).to_have_text(SOME_RATE)
            expect(self.fact(page, "doors/kafka", "ack p99")).to_contain_text("≤")
            expect(self.fact(page, "engines/journal", "fdatasync p50")).to_contain_text("≤")
            expect(self.fact(page, "engines/lake", "rows")).to_have_text(SOME_RATE)
            expect(self.fact(page, "doors/resp", "requests")).to_have_text(SOME_RATE)
            expect(self.fact(page, "engines/stream", "running")).to_have_text("1 of 1")
            expect(self.fact(page, "engines/stream", "lag")).to_contain_text("records")
            expect(self.fact(page, "engines/stream", "watermark")).to_have_text(re.compile(r"^20\d\d-"))
            expect(page.locator('[data-fact="held back by"]')).to_have_text("held back by flights · 1 (flights)")
            card = page.get_by_role("article", name="pipeline flights")
            expect(card.get_by_text("held back by").first).to_be_visible()
            card.locator("summary").first.click()
            expect(card.get_by_role("row", name=re.compile("flights · 1 .*holds the watermark back")).first).to_be_visible()
            expect(page.get_by_role("row", name=re.compile("^trip origin trip_features 3 "))).to_be_visible()
        self.assertEqual(self.trouble, [])
        self.assertEqual(self.asked, {house.doors["http"]})

    def test_topics_groups_and_messages_are_looked_at_and_a_test_message_is_sent(self):
        house = self.start()
        producer = flowing.kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"])
        for n in range(60):
            producer.send("clicks", b'{"user":%d,"big":12345678901234567890}' % n, key=b"user-%d" % (n % 3), partition=n % 2, headers=[("from", b"a test")]).get(10)
        producer.close()
        consumer = flowing.kafka.KafkaConsumer("clicks", bootstrap_servers=house.doors["kafka"], group_id="a/b billing", auto_offset_reset="earliest", consumer_timeout_ms=500)
        for _ in consumer:
            pass
        consumer.commit()
        consumer.close()
        page = self.open(house)
        page.get_by_role("link", name="clicks", exact=True).click()
        room = page.get_by_role("article", name="topic clicks")
        expect(room.get_by_role("row", name=re.compile("^0 0 30 "))).to_be_visible()

        room.get_by_role("button", name="Search").click()
        expect(room.get_by_role("note")).to_contain_text("50 of 50 records looked at")
        room.get_by_label("from").select_option("earliest")
        room.get_by_label("key").first.fill("user-2")
        room.get_by_label("partition").first.fill("1")
        room.get_by_role("button", name="Search").click()
        expect(room.get_by_role("note")).to_contain_text("10 of 30 records looked at, to the end")
        room.get_by_label("from").select_option("offset")
        room.get_by_label("offset", exact=True).fill("29")
        room.get_by_label("key").first.fill("")
        room.get_by_role("button", name="Search").click()
        room.get_by_role("button", name="1 · 29").click()
        expect(room.locator("pre").nth(1)).to_have_text('{\n  "user": 59,\n  "big": 12345678901234567890\n}')
        expect(room.get_by_text("header from: 6 B, text")).to_be_visible()
        room.get_by_label("from").select_option("time")
        room.get_by_label("time", exact=True).fill("yesterday")
        room.get_by_role("button", name="Search").click()
        expect(room.get_by_text("'yesterday' is no time such as 2026-11-30 08:00:00")).to_be_visible()
        room.get_by_label("time", exact=True).fill("2020-01-01 00:00:00")
        room.get_by_role("button", name="Search").click()
        expect(room.get_by_role("note")).to_contain_text("30 of 30 records looked at")

        room.get_by_label("value", exact=True).fill('<b>{"user":7}</b>')
        room.get_by_label("key").nth(1).fill("user-7")
        room.get_by_role("button", name="Send").click()
        expect(room.get_by_label("outcome")).to_have_text(re.compile(r"^Appended to partition [01] at offset 30\.$"))
        room.get_by_label("from").select_option("newest")
        room.get_by_label("partition").first.fill("")
        room.get_by_role("button", name="Search").click()
        expect(room.get_by_role("cell", name='<b>{"user":7}</b>')).to_be_visible()

        room.get_by_role("link", name="Freshet").click()
        page.get_by_role("row", name="a/b billing Empty 0 1", exact=True).get_by_role("link").click()
        group = page.get_by_role("article", name="group a/b billing")
        expect(group.get_by_role("row", name=re.compile("^clicks [01] 30 31 1$"))).to_be_visible()
        expect(group.get_by_text("Nobody is in it now.")).to_be_visible()
        self.assertEqual(self.trouble, [])
        self.assertEqual(self.asked, {house.doors["http"]})

    def test_a_late_row_is_counted_where_it_came_late(self):
        self.project.fill()
        house = self.start()
        flowing.until_topic(house, "flights")
        page = self.open(house)
        producer = flowing.kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"])
        for partition in (0, 1):
            producer.send("flights", flowing.flight(), partition=partition).get(10)
        expect(self.fact(page, "engines/stream", "watermark")).to_have_text(re.compile(r"^20\d\d-"))
        producer.send("flights", flowing.flight(age_s=3600), partition=0).get(10)
        producer.close()
        expect(self.fact(page, "engines/stream", "late rows")).to_have_text("1")

    def test_a_house_that_goes_is_missed_and_one_that_comes_again_is_seen(self):
        self.project.fill()
        house = self.start()
        flowing.until_topic(house, "flights")
        page = self.open(house)
        with flowing.flying(house):
            expect(self.fact(page, "engines/log", "records in")).to_have_text(SOME_RATE)
            house.kill()
            expect(page.get_by_role("status")).to_have_text("connection lost: it does not answer")
            expect(page.get_by_role("group", name=re.compile("^Log: "))).to_be_visible()
        house = self.start()
        expect(page.get_by_role("status")).to_have_text("live")
        with flowing.flying(house):
            expect(self.fact(page, "engines/log", "records in")).to_have_text(SOME_RATE)
            expect(self.fact(page, "engines/stream", "running")).to_have_text("1 of 1")

    def test_a_pipeline_that_fails_says_why(self):
        self.project.fill()
        house = self.start()
        flowing.until_topic(house, "flights")
        page = self.open(house)
        card = page.get_by_role("article", name="pipeline flights")
        expect(card.get_by_text("running", exact=True)).to_be_visible()
        admin = flowing.kafka.KafkaAdminClient(bootstrap_servers=house.doors["kafka"])
        admin.delete_topics(["flights"])
        admin.close()
        expect(card.get_by_text("failing", exact=True)).to_be_visible()
        expect(card.get_by_text(re.compile("topic.* was deleted"))).to_be_visible()
        expect(self.fact(page, "engines/stream", "running")).to_have_text("0 of 1")


if __name__ == "__main__":
    unittest.main()
