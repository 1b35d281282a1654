"""English words that Koreans say as Korean ones, by the rules for loanwords (외래어 표기법)."""

from collections.abc import Mapping

from dragoman.phonemes.tables import paired

LOANWORDS: Mapping[str, str] = paired(
    "computer=컴퓨터 internet=인터넷 email=이메일 software=소프트웨어 hardware=하드웨어 data=데이터"
    " server=서버 app=앱 phone=폰 bus=버스 taxi=택시 hotel=호텔 coffee=커피 game=게임 team=팀"
    " project=프로젝트 meeting=미팅 online=온라인 offline=오프라인 update=업데이트"
    " upgrade=업그레이드 download=다운로드 upload=업로드 login=로그인 password=패스워드 file=파일"
    " folder=폴더 web=웹 site=사이트 website=웹사이트 blog=블로그 news=뉴스 video=비디오"
    " camera=카메라 message=메시지 chat=챗 chatbot=챗봇 model=모델 test=테스트 code=코드"
    " program=프로그램 robot=로봇 battery=배터리 cloud=클라우드 network=네트워크 system=시스템"
    " service=서비스 design=디자인 event=이벤트 sale=세일 menu=메뉴 button=버튼 click=클릭"
    " mouse=마우스 keyboard=키보드 monitor=모니터 laptop=랩톱 tablet=태블릿 smartphone=스마트폰"
    " bluetooth=블루투스 google=구글 apple=애플 samsung=삼성 youtube=유튜브 facebook=페이스북"
    " instagram=인스타그램 twitter=트위터 netflix=넷플릭스 amazon=아마존 microsoft=마이크로소프트"
    " windows=윈도 android=안드로이드 iphone=아이폰 python=파이썬 java=자바 linux=리눅스"
    " github=깃허브 openai=오픈에이아이 chatgpt=챗지피티 docker=도커 zoom=줌 excel=엑셀"
    " powerpoint=파워포인트 word=워드 kakao=카카오 naver=네이버 starbucks=스타벅스 tesla=테슬라"
)
"""A map from English words in small letters to Hangul; other words in Latin letters stay
English."""
